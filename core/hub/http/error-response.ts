import { STATUS_CODES } from 'node:http';
import de from '#core/base/l10n/errors.de.json' with { type: 'json' };
import en from '#core/base/l10n/errors.en.json' with { type: 'json' };
import fr from '#core/base/l10n/errors.fr.json' with { type: 'json' };
import { chooseLanguage, Localizer } from '#core/base/l10n/localizer.ts';
import { LatchkeyError, type ErrorKind } from '#protocol/errors.ts';

const localizers = {
  en: new Localizer('en', en),
  fr: new Localizer('fr', fr, en),
  de: new Localizer('de', de, en),
};

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

/**
 * How an error is answered over HTTP.
 * @param languages what the caller reads: the `Accept-Language` header
 */
export function errorResponse(error: LatchkeyError, languages = ''): ErrorResponse {
  const status = statuses[error.kind];
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  if (status === 429) headers['retry-after'] = String(error.args.seconds ?? 1);
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="latchkey"';
  const wanted = languages.split(',').map((each) => each.split(';')[0]?.trim() ?? '');
  const message = localizers[chooseLanguage(wanted)].t(error.code, error.args);
  return { status, headers, body: { error: error.toData(), message } };
}

/** The same, as it goes over a socket that was to become a WebSocket. */
export function rawErrorResponse(error: LatchkeyError, languages?: string): string {
  const { status, headers, body } = errorResponse(error, languages);
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
