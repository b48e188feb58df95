import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import { createSecureContext } from 'node:tls';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { describeProblem } from '#core/base/rpc/rpc-connection.ts';
import { newId } from '#core/base/ids.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubOptions } from '../hub-options.ts';
import type { HubLogger } from '../log/logger.ts';
import { errorResponse } from './error-response.ts';
import { isLoopback, type HubAddress } from './hub-address.ts';
import type { HttpRoutes } from './http-routes.ts';
import { checkOrigin } from './origin-check.ts';
import { sendSecurityHeaders } from './security-headers.ts';
import type { SocketRoute } from './socket-route.ts';
import { inlineScriptSource, serveStaticFiles } from './static-files.ts';
import { WebSockets } from './web-sockets.ts';

/** No request of ours has a larger body. */
const bodyLimit = 64 * 1024;
/** Milliseconds that requests get to finish, at shutdown. */
const patience = 5000;

export interface HttpServerParts {
  readonly options: HubOptions;
  readonly address: HubAddress;
  readonly logger: HubLogger;
  readonly routes: readonly HttpRoutes[];
  readonly socketRoutes: readonly SocketRoute[];
}

/** The hub's one port: pages, HTTP and WebSockets. */
export class HttpServer {
  private readonly parts: HttpServerParts;
  private app: FastifyInstance | undefined;
  private webSockets: WebSockets | undefined;
  private isReady = false;

  constructor(parts: HttpServerParts) {
    this.parts = parts;
  }

  /** @throws LatchkeyError `listen.needsTls`, `tls.unreadable`, `port.inUse`, `port.unavailable` */
  async listen(): Promise<void> {
    const { options, address, logger } = this.parts;
    if (!isLoopback(options.host) && !options.tls && !options.behindProxy) {
      throw new LatchkeyError('listen.needsTls', { host: options.host });
    }
    const app = (this.app = await this.build());
    this.webSockets = new WebSockets({
      routes: this.parts.socketRoutes,
      address,
      logger,
      addressOf: (request) => addressOf(request, options.behindProxy === true),
    });
    this.webSockets.attach(app.server as Server);
    try {
      await app.listen({ host: options.host, port: options.port });
    } catch (error) {
      await app.close();
      throw explainListen(error, options);
    }
    const bound = app.server.address();
    if (typeof bound === 'object' && bound !== null) address.listening(bound.port);
  }

  /** From now on `/healthz` says so. */
  ready(): void {
    this.isReady = true;
  }

  /** Takes nothing new, ends the WebSockets, finishes the requests that run. */
  async close(): Promise<void> {
    this.isReady = false;
    await this.webSockets?.close();
    // A download that takes its time is cut off after a while.
    const late = setTimeout(() => this.app?.server.closeAllConnections(), patience);
    await this.app?.close();
    clearTimeout(late);
  }

  private async build(): Promise<FastifyInstance> {
    const { options, address, logger } = this.parts;
    const common = {
      loggerInstance: logger.child({ part: 'http' }, { level: 'warn' }) as FastifyBaseLogger,
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit,
      // One proxy, ours: what was in the header before it is the caller's own invention.
      trustProxy: options.behindProxy ? (_: string, hop: number) => hop === 0 : false,
      genReqId: () => newId(),
      forceCloseConnections: 'idle' as const,
      requestTimeout: 60_000,
    };
    const app = (options.tls
      ? fastify({ ...common, https: readTls(options.tls) } as never)
      : fastify(common)) as unknown as FastifyInstance;
    await sendSecurityHeaders(app, inlineScriptSource(options.webRoot), address.secure || options.tls !== undefined);
    app.addHook('onRequest', async (request) => {
      if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method)) checkOrigin(request.raw, address);
    });
    app.setErrorHandler((error, request, reply) => {
      const known = toLatchkeyError(error, request.url.split('?')[0] ?? '', request.id);
      if (known.kind === 'internal') {
        logger.error(
          { err: error, method: request.method, path: request.url, reference: request.id },
          'A request failed',
        );
      }
      const { status, headers, body } = errorResponse(known, request.headers['accept-language']);
      return reply.code(status).headers(headers).send(body);
    });
    app.setNotFoundHandler((request) => {
      throw new LatchkeyError('rpc.unknownMethod', { method: `${request.method} ${request.url.split('?')[0] ?? ''}` });
    });
    app.get('/healthz', async (_, reply) =>
      reply
        .code(this.isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: this.isReady ? 'ready' : 'stopping' }),
    );
    for (const routes of this.parts.routes) await routes.register(app);
    await serveStaticFiles(app, options.webRoot);
    return app;
  }
}

function readTls(files: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new LatchkeyError('tls.unreadable', { file, reason: (error as Error).message }, { cause: error });
    }
  };
  const pair = { cert: read(files.cert), key: read(files.key) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new LatchkeyError('tls.unreadable', { file: files.cert, reason: (error as Error).message }, { cause: error });
  }
  return pair;
}

function explainListen(error: unknown, { host, port }: HubOptions): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new LatchkeyError('port.inUse', { host, port }, { cause: error });
  if (code === undefined) return error;
  return new LatchkeyError('port.unavailable', { host, port, reason: message }, { cause: error });
}

/** The network address of whoever called; a proxy of ours adds it at the end of the header. */
function addressOf(request: IncomingMessage, behindProxy: boolean): string {
  const forwarded = behindProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  return last || (request.socket.remoteAddress ?? '');
}

function toLatchkeyError(error: unknown, path: string, reference: string): LatchkeyError {
  if (error instanceof LatchkeyError) return error;
  if (error instanceof z.ZodError) {
    return new LatchkeyError('rpc.invalidParams', { method: path, problem: describeProblem(error) });
  }
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (statusCode === 413) return new LatchkeyError('rpc.tooLarge', { limit: bodyLimit });
  if (statusCode !== undefined && statusCode < 500) {
    return new LatchkeyError('rpc.invalidParams', { method: path, problem: message ?? code ?? '' });
  }
  return new LatchkeyError('internal', { reference }, { cause: error });
}
