import { pino, type Logger } from 'pino';
import type { HubOptions } from '../hub-options.ts';

/** The logger's token in the container. */
export const HubLogger = Symbol('HubLogger');
export type HubLogger = Logger;

const secrets = ['password', 'token', 'secret', 'authorization', 'cookie', 'signature', '["set-cookie"]'];

/** One JSON object a line, on standard error; secrets are struck out wherever they stand, up to three levels deep. */
export function createLogger(level: HubOptions['logLevel']): HubLogger {
  const paths = secrets.flatMap((name) => {
    const key = name.startsWith('[') ? name : `.${name}`;
    return [key.replace(/^\./, ''), `*${key}`, `*.*${key}`];
  });
  return pino(
    {
      level: level ?? 'info',
      redact: { paths, censor: '[secret]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
