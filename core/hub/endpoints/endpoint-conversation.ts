import { randomBytes } from 'node:crypto';
import { DisposableStore } from '#core/base/lifecycle.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import {
  connectPurpose,
  copyPurpose,
  endpointNotifications,
  endpointProof,
  endpointRequests,
  hubProof,
  joinPurpose,
  type EndpointStanding,
} from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { hubRequests } from '#protocol/hub.ts';
import type { EnrolmentService } from '../enrolment/enrolment-service.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { DeviceRow } from '../store/tables.ts';
import type { ComputerConnection, EndpointDoor, EndpointHandlers, EndpointProof } from './endpoint-handlers.ts';
import type { EndpointService } from './endpoint-service.ts';
import type { LiveEndpoint } from './live-endpoints.ts';
import { isSignedBy } from './public-key.ts';

export interface ConversationParts {
  readonly rpc: RpcConnection;
  readonly from: string;
  readonly identity: HubIdentity;
  readonly enrolment: EnrolmentService;
  readonly endpoints: EndpointService;
  readonly handlers: readonly EndpointHandlers[];
  readonly close: (code: number, reason: string) => void;
  readonly buffered: () => number;
  readonly allowMuch: (much: boolean) => void;
  /** Called once, when whoever is connected has proved who they are. */
  readonly onProved?: () => void;
}

/** Milliseconds between two writes of one endpoint's facts. */
const factsInterval = 1000;

interface Nonces {
  readonly endpoint: string;
  readonly hub: string;
}

/** One endpoint's connection: first both prove themselves, then it is a device's, or what a capability lets in. */
export class EndpointConversation implements EndpointDoor {
  readonly rpc: RpcConnection;
  readonly from: string;
  private readonly parts: ConversationParts;
  private nonces: Nonces | undefined;
  private endpoint: LiveEndpoint | undefined;
  /** What devices need none of. */
  private readonly others = new DisposableStore();
  /** Let in for something, once and for all. */
  private proved = false;
  /** One attempt at a time. */
  private entering = false;
  private latestFacts: DeviceFacts | undefined;
  private factsTimer: NodeJS.Timeout | undefined;

  constructor(parts: ConversationParts) {
    this.parts = parts;
    this.rpc = parts.rpc;
    this.from = parts.from;
    const { rpc } = parts;
    rpc.handle(hubRequests.ping, () => ({}));
    rpc.handle(endpointRequests.hello, ({ nonce }) => this.hello(nonce));
    rpc.handle(endpointRequests.join, (params) =>
      this.enter(joinPurpose(params.token), params, async (connection) => {
        const { token, publicKey, facts } = params;
        const row = await parts.enrolment.join({ token, publicKey, facts, from: parts.from });
        return this.arrive(row, connection);
      }),
    );
    rpc.handle(endpointRequests.connectAsCopy, (params) =>
      this.enter(copyPurpose(params.copied.publicKey), params, async (connection) => {
        const { publicKey, facts, copied } = params;
        this.prove(copyPurpose(publicKey), copied);
        const row = await parts.enrolment.joinAsCopy(copied.publicKey, { publicKey, facts, from: parts.from });
        return this.arrive(row, connection);
      }),
    );
    rpc.handle(endpointRequests.connect, (params) =>
      this.enter(connectPurpose, params, async (connection) => {
        const { publicKey, facts } = params;
        return this.beDevice(await parts.endpoints.identify(publicKey, facts, parts.from), connection);
      }),
    );
    rpc.handle(endpointRequests.leave, async () => {
      if (!this.endpoint) throw new LatchkeyError('endpoint.proofInvalid');
      await parts.endpoints.leave(this.endpoint);
      return {};
    });
    rpc.on(endpointNotifications.factsChanged, (facts) => this.factsChanged(facts));
    for (const handlers of parts.handlers) if (handlers.opened) this.others.add(handlers.opened(this));
    rpc.onClose(() => this.ended());
  }

  get isProved(): boolean {
    return this.proved;
  }

  async enter<T>(
    purpose: string,
    proof: EndpointProof,
    admit: (connection: ComputerConnection) => Promise<T>,
  ): Promise<T> {
    const { rpc, from, close, buffered, allowMuch } = this.parts;
    if (this.proved || this.entering) throw new LatchkeyError('endpoint.proofInvalid');
    this.entering = true;
    try {
      this.prove(purpose, proof);
      const admitted = await admit({ rpc, from, close, buffered, allowMuch, facts: proof.facts });
      this.proved = true;
      this.parts.onProved?.();
      return admitted;
    } finally {
      this.entering = false;
    }
  }

  prove(purpose: string, { publicKey, signature }: Pick<EndpointProof, 'publicKey' | 'signature'>): void {
    const text = this.nonces && endpointProof(purpose, this.nonces.endpoint, this.nonces.hub, publicKey);
    if (text === undefined || !isSignedBy(publicKey, text, signature)) {
      throw new LatchkeyError('endpoint.proofInvalid');
    }
  }

  private hello(nonce: string): { nonce: string; publicKey: string; signature: string } {
    const { identity } = this.parts;
    // Once: proofs made for one pair of numbers serve no other.
    if (this.nonces) throw new LatchkeyError('endpoint.proofInvalid');
    const own = randomBytes(24).toString('base64url');
    this.nonces = { endpoint: nonce, hub: own };
    return { nonce: own, publicKey: identity.publicKey, signature: identity.sign(hubProof(nonce, own)) };
  }

  /** Becomes the device that a join came to. From here on it is connected, or has gone away again. */
  private async arrive(row: DeviceRow, connection: ComputerConnection): Promise<EndpointStanding> {
    const { endpoints, enrolment } = this.parts;
    try {
      return this.beDevice(await endpoints.admitHolder(row, connection.facts, connection.from), connection);
    } finally {
      enrolment.arrived(row.id);
    }
  }

  private beDevice(row: DeviceRow, connection: ComputerConnection): EndpointStanding {
    const { rpc, endpoints, enrolment, handlers } = this.parts;
    // Gone while the hub was busy: it never came online, and takes nobody's place.
    if (rpc.isClosed) throw new LatchkeyError('rpc.closed');
    this.endpoint = { ...connection, device: row.id, group: row.group_id };
    this.others.dispose();
    endpoints.enter(this.endpoint);
    for (const each of handlers) each.entered?.(this.endpoint);
    if (row.state === 'removing') {
      setImmediate(() => rpc.notify(endpointNotifications.remove, { reason: 'deleted' }));
    }
    return enrolment.standing(row);
  }

  /** Gathered: an endpoint whose facts flicker costs no more than one write a second. */
  private factsChanged(facts: DeviceFacts): void {
    if (!this.endpoint) return;
    this.latestFacts = facts;
    this.factsTimer ??= setTimeout(() => this.writeFacts(), factsInterval);
  }

  private writeFacts(): void {
    this.factsTimer = undefined;
    const { endpoint, latestFacts: facts } = this;
    // The device may have been deleted meanwhile: then there is nothing to write.
    if (endpoint && facts) void this.parts.endpoints.factsChanged(endpoint, facts).catch(() => {});
  }

  private ended(): void {
    if (this.factsTimer) {
      clearTimeout(this.factsTimer);
      this.writeFacts();
    }
    if (this.endpoint) this.parts.endpoints.exit(this.endpoint);
  }
}
