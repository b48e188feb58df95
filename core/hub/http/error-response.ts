import { STATUS_CODES } from 'node:http';
import { LatchkeyError, type ErrorKind } from '#protocol/errors.ts';

const statuses: Record<ErrorKind, number> = {
  invalid: 400,
  unknownMethod: 404,
  internal: 500,
  cancelled: 499,
  unauthenticated: 401,
  refused: 403,
  notFound: 404,
  conflict: 409,
  exhausted: 429,
  unavailable: 503,
  timeout: 504,
};

export interface ErrorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: ReturnType<LatchkeyError['toData']>; readonly message: string };
}

/** How an error is answered over HTTP. */
export function errorResponse(error: LatchkeyError): ErrorResponse {
  const status = statuses[error.kind];
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (status === 429) headers['retry-after'] = String(error.args.seconds ?? 1);
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="latchkey"';
  return { status, headers, body: { error: error.toData(), message: error.message } };
}

/** The same, as it goes over a socket that was to become a WebSocket. */
export function rawErrorResponse(error: LatchkeyError): string {
  const { status, headers, body } = errorResponse(error);
  const json = JSON.stringify(body);
  const all = {
    ...headers,
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(json)),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`, ...lines, '', json].join('\r\n');
}
