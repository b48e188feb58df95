import type { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { newId } from '#core/base/ids.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { hubRequests, workbenchPath } from '#protocol/hub.ts';
import type { NotificationContract, RequestContract } from '#protocol/messages.ts';
import type { Authenticated, Authenticator } from '../accounts/authenticator.ts';
import type { Credential } from '../accounts/credential.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { answerMalformed } from '../http/malformed.ts';
import type { RequestInfo, SocketRoute } from '../http/socket-route.ts';
import type { HubLogger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/store.ts';
import { WorkbenchConnection } from './workbench-connection.ts';
import type { WorkbenchConnections } from './workbench-connections.ts';
import type { HandlerOptions, WorkbenchCall, WorkbenchHandlers, WorkbenchNotice } from './workbench-handlers.ts';

interface Registered {
  readonly contract: RequestContract;
  readonly handler: (params: unknown, call: WorkbenchCall) => unknown;
  readonly options: HandlerOptions;
}

interface Heard {
  readonly contract: NotificationContract;
  readonly listener: (params: unknown, notice: WorkbenchNotice) => void;
}

export interface WorkbenchRouteParts {
  readonly handlers: readonly WorkbenchHandlers[];
  readonly authenticator: Authenticator;
  readonly directory: TechnicianDirectory;
  readonly connections: WorkbenchConnections;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly logger: HubLogger;
}

/** `/workbench`: every request of every capability, each time as the technician's account is at that moment. */
export class WorkbenchRoute implements SocketRoute<Authenticated> {
  readonly path = workbenchPath;
  private readonly parts: WorkbenchRouteParts;
  private readonly registered: Registered[] = [];
  private readonly heard: Heard[] = [];

  constructor(parts: WorkbenchRouteParts) {
    this.parts = parts;
    for (const handlers of parts.handlers) {
      handlers.register({
        handle: (contract, handler, options) =>
          void this.registered.push({
            contract: contract as RequestContract,
            handler: handler as Registered['handler'],
            options: options ?? {},
          }),
        on: (contract, listener) =>
          void this.heard.push({
            contract: contract as NotificationContract,
            listener: listener as Heard['listener'],
          }),
      });
    }
  }

  authenticate({ request, from }: RequestInfo): Promise<Authenticated> {
    return this.parts.authenticator.recognise(request, from);
  }

  onConnection(socket: WebSocket, { from }: RequestInfo, { credential }: Authenticated): void {
    const { logger, metrics, directory } = this.parts;
    const malformed = answerMalformed(socket, () => metrics.badMessages.inc({ route: this.path }));
    const rpc = new RpcConnection(webSocketTransport(socket, malformed), {
      onInternalError: (error, method) => {
        const reference = newId();
        logger.error({ err: error, method, reference }, 'A request failed');
        return reference;
      },
      onBadMessage: (method, problem) => {
        metrics.badMessages.inc({ route: this.path });
        logger.warn({ method, problem, from }, 'A message broke its contract');
      },
    });
    const connection = new WorkbenchConnection({
      rpc,
      credential,
      from,
      actor: () => {
        requireUnexpired(credential);
        return directory.actor(credential.technicianId, from);
      },
      setUpActor: () => {
        requireUnexpired(credential);
        return directory.setUpActor(credential.technicianId, from);
      },
      close: (code, reason) => socket.close(code, reason),
      buffered: () => socket.bufferedAmount,
    });
    for (const { contract, handler, options } of this.registered) {
      rpc.handle(contract, (params, call) =>
        this.answer(contract.method, options.audit, params, connection, () => {
          const actor = options.beforeTwoFactor ? connection.setUpActor : connection.actor;
          return handler(params, { ...call, actor, connection });
        }),
      );
    }
    for (const { contract, listener } of this.heard) {
      rpc.on(contract, (params) => {
        connection.usedAt = Date.now();
        try {
          listener(params, { actor: connection.actor, connection });
        } catch (error) {
          if (!(error instanceof LatchkeyError)) throw error;
        }
      });
    }
    this.parts.connections.add(connection);
    rpc.listen();
  }

  private async answer(
    method: string,
    audit: string | undefined,
    params: unknown,
    connection: WorkbenchConnection,
    run: () => unknown,
  ): Promise<unknown> {
    const { metrics } = this.parts;
    // Workbenches ask by themselves whether the hub is there: that nobody uses one must show all the same.
    if (method !== hubRequests.ping.method) connection.usedAt = Date.now();
    try {
      const result = await run();
      metrics.requests.inc({ method, outcome: 'done' });
      return result;
    } catch (error) {
      const known = error instanceof LatchkeyError ? error : undefined;
      metrics.requests.inc({ method, outcome: known?.kind ?? 'internal' });
      if (known?.kind === 'refused' && audit !== undefined) await this.recordRefusal(audit, params, connection, known);
      throw error;
    }
  }

  private async recordRefusal(
    action: string,
    params: unknown,
    connection: WorkbenchConnection,
    error: LatchkeyError,
  ): Promise<void> {
    const actor = connection.setUpActor;
    const after = { error: error.code, ...error.args };
    await this.parts.store.write((tx) =>
      tx.audit({ actor, action, outcome: 'refused', devices: devicesIn(params), after }),
    );
  }
}

/** A sign-in or token can end while its connection is open. */
function requireUnexpired({ kind, expiresAt }: Credential): void {
  if (expiresAt === null || expiresAt > Date.now()) return;
  throw kind === 'token'
    ? new LatchkeyError('account.tokenExpired')
    : new LatchkeyError('hub.notSignedIn', { url: '' });
}

/** The devices that a request was about, by the names that contracts give such parameters. */
function devicesIn(params: unknown): string[] {
  const { device, devices } = params as { device?: unknown; devices?: unknown };
  const all = [device, ...(Array.isArray(devices) ? devices : [])];
  return all.filter((each): each is string => typeof each === 'string');
}
