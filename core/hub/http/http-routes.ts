import type { FastifyInstance } from 'fastify';

/**
 * HTTP paths of a capability. Bound any number of times. What a handler throws as `LatchkeyError` is answered as
 * `{ error, message }` with the status that fits; state-changing methods have had their Origin checked. A handler that
 * needs a technician calls `Authenticator.authenticate(request.raw, request.ip)`.
 */
export interface HttpRoutes {
  register(app: FastifyInstance): void | Promise<void>;
}
export const HttpRoutes = Symbol('HttpRoutes');
