import { packPresences } from '#core/base/packed-presences.ts';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import type { HubSocket, HubSocketOpener } from '#core/workbench/connection/hub-socket.ts';
import { accountRequests, type Identity } from '#protocol/accounts.ts';
import { deviceRequests, type DeviceChanges, type ReplicaPosition } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { hubRequests } from '#protocol/hub.ts';
import { permissionRequests, type EffectivePermission } from '#protocol/permissions.ts';
import { presenceRequests, type PresenceEntry } from '#protocol/presence.ts';
import { profileRequests } from '#protocol/profile.ts';

/** The hub's side of a workbench's connection, over a real JSON-RPC conversation, as a test tells it to be. Runs in browsers too. */
export class ScriptedHub implements HubSocketOpener {
  readonly url = 'https://hub.example';
  /** Thrown at the next attempts to connect. */
  refusal: LatchkeyError | undefined;
  opened = 0;
  rpc: RpcConnection | undefined;
  identity: Identity = {
    technician: {
      id: 'tttttttttttttttt',
      email: 'tess@example.com',
      name: 'Tess',
      role: 'technician',
      groups: [],
      disabled: false,
      createdAt: 0,
    },
    passwordIsInitial: false,
    twoFactor: 'off',
  };
  /** Milliseconds by which its clock is ahead. */
  ahead = 0;
  permissions: EffectivePermission[] = [];
  administrators: { name: string; email: string }[] = [];
  presences: PresenceEntry[] = [];
  /** What each request for changes said it had. */
  readonly asked: (ReplicaPosition | null)[] = [];
  changes: (since: ReplicaPosition | null) => DeviceChanges = () => ({
    position: { store: 's', scope: 'a', seq: 0 },
    reset: true,
    groups: [],
    devices: [],
    removed: [],
    more: false,
  });
  readonly documents = new Map<string, { text: string; version: number }>();
  /** Further handlers of a connection. */
  prepare: (rpc: RpcConnection) => void = () => {};
  private closeSocket: (code?: number) => void = () => {};

  async open(): Promise<HubSocket> {
    this.opened++;
    if (this.refusal) throw this.refusal;
    const { port1, port2 } = new MessageChannel();
    const [client, server] = [new PortSocket(port1), new PortSocket(port2)];
    const rpc = new RpcConnection(
      webSocketTransport(server as unknown as WebSocketLike, () => {}),
      { onInternalError: () => 'ref' },
    );
    this.rpc = rpc;
    this.closeSocket = (code) => {
      rpc.dispose();
      client.fireClose(code);
      port1.close();
    };
    rpc.handle(hubRequests.ping, () => ({}));
    rpc.handle(accountRequests.me, () => ({ ...this.identity, now: Date.now() + this.ahead }));
    rpc.handle(accountRequests.administrators, () => this.administrators);
    rpc.handle(permissionRequests.effective, () => this.permissions);
    rpc.handle(presenceRequests.watch, () => this.presences);
    rpc.handle(presenceRequests.watchPacked, async () => ({ packed: await packPresences(this.presences) }));
    rpc.handle(deviceRequests.changes, ({ since }) => (this.asked.push(since), this.changes(since)));
    rpc.handle(profileRequests.read, ({ document }) => ({
      document,
      ...(this.documents.get(document) ?? { text: '', version: 0 }),
    }));
    rpc.handle(profileRequests.write, ({ document, text, version }) => {
      if ((this.documents.get(document)?.version ?? 0) !== version)
        throw new LatchkeyError('profile.conflict', { document });
      this.documents.set(document, { text, version: version + 1 });
      return { document, text, version: version + 1 };
    });
    this.prepare(rpc);
    rpc.listen();
    return client as unknown as HubSocket;
  }

  /** The connection breaks. */
  hangUp(code?: number): void {
    this.closeSocket(code);
  }
}

class PortSocket {
  private readonly port: MessagePort;
  private readonly closers: ((event: { code?: number }) => void)[] = [];
  constructor(port: MessagePort) {
    this.port = port;
  }
  send(data: string): void {
    this.port.postMessage(data);
  }
  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === 'message') {
      this.port.addEventListener('message', ({ data }) => listener({ data } as never));
      this.port.start();
    }
    if (type === 'close') this.closers.push(listener as (event: { code?: number }) => void);
  }
  fireClose(code?: number): void {
    for (const closer of this.closers.splice(0)) closer(code === undefined ? {} : { code });
  }
  close(): void {
    this.port.close();
    this.fireClose();
  }
}
