import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { newId } from '#core/base/ids.ts';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { KeyPair, isSignedBy } from '#core/endpoint/identity/key-pair.ts';
import {
  connectPurpose,
  endpointNotifications,
  endpointProof,
  endpointRequests,
  hubProof,
  joinPurpose,
  type EndpointStanding,
} from '#protocol/endpoint.ts';
import { customerAppConfigProof, type CustomerAppConfig } from '#protocol/customer-app.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { installerConfigProof, type InstallerConfig } from '#protocol/installers.ts';
import { attendPurpose, attendRequests } from '#protocol/join.ts';
import { endpointSessionNotifications, type SessionEnd } from '#protocol/sessions.ts';
import { portalPurpose, portalRequests, portalResumePurpose } from '#protocol/set-ups.ts';

/** A technician who signs in at a customer's computer. */
export interface ScriptedTechnician {
  readonly email: string;
  readonly password: string;
  readonly code?: string;
  readonly name: string;
}

/** What the customer's app says at the portal. */
export interface PortalRecord {
  readonly setUp: string;
  consent?: { allowed: boolean; passwordStored: boolean };
  completed?: { nickname: string | null; group: string };
  cancelled?: string;
  rpc: RpcConnection;
}

interface KnownDevice {
  standing: EndpointStanding;
  facts: DeviceFacts;
  rpc?: RpcConnection;
  /** What the customer has decided, each time that it was told. */
  access: { blocked: boolean; passwordStored: boolean }[];
}

/** The endpoint's side of a hub, over a real socket, with switches for what goes wrong in the world. */
export class ScriptedHub {
  keys = KeyPair.generate();
  readonly devices = new Map<string, KnownDevice>();
  /** Keys of devices that were deleted while they were away. */
  readonly removed = new Set<string>();
  readonly received: string[] = [];
  readonly secret = randomBytes(32).toString('base64url');
  readonly installer = newId();
  limit = 5000;
  revoked = false;
  /** Lets one customer app into its session, by the first key that brings it. */
  ticket = randomBytes(24).toString('base64url');
  readonly session = newId();
  /** The key that came with the ticket. */
  attendedBy: string | undefined;
  /** The conversation with the customer app now. */
  app: RpcConnection | undefined;
  /** Sessions that the customer's side has ended. */
  readonly ended: { session: string; end: SessionEnd }[] = [];
  technician: ScriptedTechnician = { email: 'ada@example.com', password: 'technician', name: 'Ada' };
  readonly portals: PortalRecord[] = [];
  /** Nothing of a set-up is left after a lost connection. */
  forgetsPortals = false;
  /** Fails `portal/complete`. */
  refuseComplete: LatchkeyError | undefined;
  /** Answers to so many joins are lost: the hub has done it, and the connection breaks. */
  loseAnswers = 0;
  private server: WebSocketServer | undefined;
  private port = 0;
  private readonly sockets = new Set<WebSocket>();

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get token(): string {
    return `lk1.${this.installer}.${this.secret}.${this.keys.publicKey}`;
  }
  get online(): number {
    return this.sockets.size;
  }

  config(): InstallerConfig {
    const config = { hub: this.url, hubKey: this.keys.publicKey, token: this.token, group: 'Berlin' };
    return { ...config, signature: this.keys.sign(installerConfigProof(config)) };
  }

  appConfig(purpose: CustomerAppConfig['purpose']): CustomerAppConfig {
    const ticket = purpose === 'attend' ? this.ticket : '';
    const config = { purpose, hub: this.url, hubKey: this.keys.publicKey, ticket };
    return { ...config, signature: this.keys.sign(customerAppConfigProof(config)) };
  }

  /** Cuts all connections; endpoints may come again. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  async start(): Promise<this> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: this.port, path: '/endpoint' });
    await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.accept(socket));
    this.server = server;
    return this;
  }

  /** Ends all connections and the server; `start` brings it back at the same address. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
    this.server = undefined;
  }

  only(): KnownDevice {
    const [device, other] = [...this.devices.values()];
    if (!device || other) throw new Error(`The hub knows ${this.devices.size} devices, not one.`);
    return device;
  }

  setStanding(device: KnownDevice, change: Partial<EndpointStanding>): void {
    const { waitingFor: _, ...rest } = device.standing;
    device.standing = { ...rest, ...change };
    device.rpc?.notify(endpointNotifications.standingChanged, device.standing);
  }

  remove(device: KnownDevice): void {
    device.rpc?.notify(endpointNotifications.remove, { reason: 'deleted' });
  }

  private accept(socket: WebSocket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data) => this.received.push(String(data as Buffer)));
    const rpc = new RpcConnection(webSocketTransport(socket, () => {}));
    const hubNonce = randomBytes(24).toString('base64url');
    let endpointNonce = '';
    let own = '';
    const check = (purpose: string, publicKey: string, signature: string): void => {
      const proof = endpointProof(purpose, endpointNonce, hubNonce, publicKey);
      if (!isSignedBy(publicKey, proof, signature)) throw new LatchkeyError('endpoint.proofInvalid');
      own = publicKey;
    };
    rpc.handle(endpointRequests.hello, ({ nonce }) => {
      endpointNonce = nonce;
      const signature = this.keys.sign(hubProof(nonce, hubNonce));
      return { nonce: hubNonce, publicKey: this.keys.publicKey, signature };
    });
    rpc.handle(endpointRequests.join, ({ token, publicKey, signature, facts }) => {
      check(joinPurpose(token), publicKey, signature);
      if (token !== this.token) throw new LatchkeyError('enrolment.tokenInvalid');
      if (this.revoked) throw new LatchkeyError('enrolment.tokenRevoked');
      const full = this.devices.size >= this.limit;
      const fresh: EndpointStanding = {
        device: newId(),
        group: 'Berlin',
        nickname: null,
        organisation: '',
        state: full ? 'waiting' : 'active',
        ...(full && { waitingFor: 'limit' as const }),
      };
      const device = this.devices.get(publicKey) ?? { standing: fresh, facts, access: [] };
      this.devices.set(publicKey, Object.assign(device, { facts, rpc }));
      if (this.loseAnswers > 0) {
        this.loseAnswers--;
        socket.terminate();
      }
      return device.standing;
    });
    rpc.handle(endpointRequests.connect, ({ publicKey, signature, facts }) => {
      check(connectPurpose, publicKey, signature);
      if (this.removed.has(publicKey)) throw new LatchkeyError('enrolment.deviceRemoved', { at: '2026-01-01' });
      const device = this.devices.get(publicKey);
      if (!device) throw new LatchkeyError('endpoint.unknownKey');
      Object.assign(device, { facts, rpc });
      return device.standing;
    });
    rpc.handle(endpointRequests.leave, () => (this.devices.delete(own), {}));
    rpc.handle(attendRequests.attend, ({ ticket, publicKey, signature }) => {
      check(attendPurpose(ticket), publicKey, signature);
      if (ticket !== this.ticket) throw new LatchkeyError('session.ticketInvalid');
      if ((this.attendedBy ??= publicKey) !== publicKey) throw new LatchkeyError('session.ticketInvalid');
      this.app = rpc;
      return { session: this.session, technician: this.technician.name, organisation: 'Support Ltd' };
    });
    rpc.on(endpointSessionNotifications.ended, (ended) => void this.ended.push(ended));
    rpc.on(endpointNotifications.accessChanged, (access) => void this.devices.get(own)?.access.push(access));
    this.servePortal(rpc, check);
    rpc.on(endpointNotifications.factsChanged, (facts) => void Object.assign(this.devices.get(own) ?? {}, { facts }));
    rpc.listen();
  }

  private servePortal(rpc: RpcConnection, check: (purpose: string, key: string, signature: string) => void): void {
    const record = (setUp: string): PortalRecord => {
      const found = this.portals.find((portal) => portal.setUp === setUp);
      if (!found || found.rpc !== rpc) throw new LatchkeyError('setUp.notFound');
      return found;
    };
    rpc.handle(portalRequests.signIn, ({ email, password, code, publicKey, signature }) => {
      check(portalPurpose, publicKey, signature);
      const { technician } = this;
      if (email !== technician.email || password !== technician.password)
        throw new LatchkeyError('account.wrongPassword');
      if (technician.code !== undefined && code === undefined) throw new LatchkeyError('account.codeRequired');
      if (technician.code !== code) throw new LatchkeyError('account.codeWrong');
      const setUp = newId();
      this.portals.push({ setUp, rpc });
      return {
        setUp,
        technician: technician.name,
        groups: [{ id: newId(), name: 'Berlin' }],
        organisation: 'Support Ltd',
      };
    });
    rpc.handle(portalRequests.resume, ({ setUp, publicKey, signature }) => {
      check(portalResumePurpose(setUp), publicKey, signature);
      const found = this.portals.find((portal) => portal.setUp === setUp);
      if (!found || this.forgetsPortals) throw new LatchkeyError('setUp.notFound');
      found.rpc = rpc;
      return { id: setUp, state: found.consent?.allowed ? ('details' as const) : ('asking' as const), problem: null };
    });
    rpc.handle(portalRequests.consent, ({ setUp, allowed, passwordStored }) => {
      record(setUp).consent = { allowed, passwordStored };
      return {};
    });
    rpc.handle(portalRequests.complete, ({ setUp, nickname, group }) => {
      if (this.refuseComplete) throw this.refuseComplete;
      record(setUp).completed = { nickname, group };
      return { token: this.token, group: 'Berlin' };
    });
    rpc.handle(portalRequests.cancel, ({ setUp, problem }) => {
      record(setUp).cancelled = problem ?? '';
      return {};
    });
  }
}
