import { Counter, Gauge } from 'prom-client';
import type { WebSocket } from 'ws';
import { newId } from '#core/base/ids.ts';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { endpointPath } from '#protocol/hub.ts';
import { answerMalformed } from '../http/malformed.ts';
import type { RequestInfo, SocketRoute } from '../http/socket-route.ts';
import type { HubLogger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { EndpointConversation, type ConversationParts } from './endpoint-conversation.ts';
import type { EndpointHandlers } from './endpoint-handlers.ts';
import type { LiveEndpoints } from './live-endpoints.ts';

/** Milliseconds that an endpoint has to prove itself. */
const patience = 10_000;
/** Connections at once that have not proved anything: those beyond are asked to come again, so that others find room. */
const mostUnproved = 10_000;

export interface EndpointRouteParts extends Pick<ConversationParts, 'identity' | 'enrolment' | 'endpoints'> {
  readonly handlers?: readonly EndpointHandlers[];
  readonly live: LiveEndpoints;
  readonly metrics: Metrics;
  readonly logger: HubLogger;
  /** Milliseconds that an endpoint has to prove itself, where it is not the usual time. */
  readonly patience?: number;
  /** The most connections at once that have not proved anything, where it is not the usual number. */
  readonly mostUnproved?: number;
}

/** Facts at their fullest stay below this; nobody who has proved nothing yet may make the hub hold more. */
const largestMessage = 512 * 1024;
const usualRate = { burst: 50, perSecond: 20 };
/** While a session goes on: some 50 MB a second of terminal output or files. */
const sessionRate = { burst: 2000, perSecond: 1000 };

/** `/endpoint`: where customers' computers connect. No browser may. */
export class EndpointRoute implements SocketRoute {
  readonly path = endpointPath;
  readonly refusesBrowsers = true;
  readonly rate = usualRate;
  readonly maximumMessageBytes = largestMessage;
  private readonly parts: EndpointRouteParts;
  private readonly connections: Counter;
  private unproved = 0;

  constructor(parts: EndpointRouteParts) {
    this.parts = parts;
    const registers = [parts.metrics.registry];
    this.connections = new Counter({
      name: 'latchkey_endpoint_connections_total',
      help: 'Connections that endpoints have opened.',
      registers,
    });
    new Gauge({
      name: 'latchkey_endpoints_connected',
      help: 'Endpoints connected now that have proved which device they are.',
      registers,
      collect() {
        this.set(parts.live.size);
      },
    });
  }

  onConnection(socket: WebSocket, { from, setRate }: RequestInfo): void {
    const { metrics, logger } = this.parts;
    this.connections.inc();
    if (this.unproved >= (this.parts.mostUnproved ?? mostUnproved)) return socket.close(1013, 'Too many at once');
    const malformed = answerMalformed(socket, () => metrics.badMessages.inc({ route: this.path }));
    const rpc = new RpcConnection(webSocketTransport(socket, malformed), {
      onInternalError: (error, method) => {
        const reference = newId();
        logger.error({ err: error, method, reference, from }, 'A message of an endpoint failed');
        return reference;
      },
      onBadMessage: (method, problem) => {
        metrics.badMessages.inc({ route: this.path });
        logger.warn({ method, problem, from }, 'A message of an endpoint broke its contract');
      },
    });
    const { identity, enrolment, endpoints, handlers = [] } = this.parts;
    const close = (code: number, reason: string): void => socket.close(code, reason);
    this.unproved++;
    let counted = true;
    const uncount = (): void => {
      if (counted) this.unproved--;
      counted = false;
    };
    const conversation = new EndpointConversation({
      rpc,
      from,
      identity,
      enrolment,
      endpoints,
      handlers,
      close,
      buffered: () => socket.bufferedAmount,
      allowMuch: (much) => setRate?.(much ? sessionRate : usualRate),
      onProved: uncount,
    });
    const timer = setTimeout(() => {
      if (!conversation.isProved) socket.close(1008, 'It took too long to prove an identity');
    }, this.parts.patience ?? patience);
    timer.unref();
    rpc.onClose(() => {
      clearTimeout(timer);
      uncount();
    });
    rpc.listen();
  }
}
