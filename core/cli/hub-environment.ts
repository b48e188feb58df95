import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { HubOptions } from '#core/hub/hub-options.ts';
import { programFolder } from '#core/hub/program-folder.ts';
import { email as emailContract, minimumPasswordLength } from '#protocol/accounts.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { installerFormat } from '#protocol/installers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The hub's options as the `LATCHKEY_*` variables give them. */
export function hubOptionsOf(env: Environment): HubOptions {
  return {
    host: env.LATCHKEY_HOST || '127.0.0.1',
    port: portOf(env),
    data: dataFolderOf(env),
    publicUrl: publicUrlOf(env),
    databaseUrl: databaseUrlOf(env),
    tls: tlsOf(env),
    behindProxy: flag(env, 'LATCHKEY_BEHIND_PROXY'),
    admin: adminOf(env),
    logLevel: logLevelOf(env),
    runtimes: env.LATCHKEY_RUNTIMES || undefined,
    domainAuthorities: env.LATCHKEY_DOMAIN_CA || undefined,
    signing: signingOf(env),
    webRoot: join(programFolder, 'dist', 'webview'),
    extensionsRoot: join(programFolder, 'dist', 'extensions'),
    prepareFilesAfter: 10,
  };
}

/** Of ours, in the environment of a hub: its settings, and what the other commands and the tests take. */
const known = new Set(
  [
    ...['HOST', 'PORT', 'DATA', 'PUBLIC_URL', 'DATABASE_URL', 'TLS_CERT', 'TLS_KEY', 'BEHIND_PROXY'],
    ...['RUNTIMES', 'SIGN_COMMAND', 'SIGN_FORMATS', 'DOMAIN_CA'],
    ...['ADMIN_EMAIL', 'ADMIN_PASSWORD', 'LOG_LEVEL', 'TOKEN', 'DEBUG', 'CHROMIUM', 'SCREENSHOTS'],
  ].map((name) => `LATCHKEY_${name}`),
);

/** The `LATCHKEY_*` variables that mean nothing: misspelt, most likely. */
export const unknownVariables = (env: Environment): string[] =>
  Object.keys(env)
    .filter((name) => name.startsWith('LATCHKEY_') && !known.has(name))
    .sort();

/** The hub's data folder: `LATCHKEY_DATA`, else where the system keeps a user's data. */
export function dataFolderOf(env: Environment): string {
  return env.LATCHKEY_DATA || join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'latchkey');
}

function portOf(env: Environment): number {
  const text = env.LATCHKEY_PORT || '7420';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_PORT', value: text });
  return port;
}

function publicUrlOf(env: Environment): string | undefined {
  const text = env.LATCHKEY_PUBLIC_URL;
  if (!text) return undefined;
  const url = URL.parse(text);
  const plain = url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && !url.search && !url.hash;
  if (!plain) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_PUBLIC_URL', value: text });
  return url.origin;
}

function databaseUrlOf(env: Environment): string | undefined {
  const text = env.LATCHKEY_DATABASE_URL;
  if (!text) return undefined;
  const protocol = URL.parse(text)?.protocol;
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    // The rest may hold a password.
    throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_DATABASE_URL', value: `${protocol ?? ''}…` });
  }
  return text;
}

function tlsOf(env: Environment): HubOptions['tls'] {
  const { LATCHKEY_TLS_CERT: cert, LATCHKEY_TLS_KEY: key } = env;
  if (!cert && !key) return undefined;
  if (!cert) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_TLS_CERT', value: '' });
  if (!key) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_TLS_KEY', value: '' });
  return { cert, key };
}

function adminOf(env: Environment): HubOptions['admin'] {
  const { LATCHKEY_ADMIN_EMAIL: email, LATCHKEY_ADMIN_PASSWORD: password } = env;
  if (!email && !password) return undefined;
  if (!email) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_ADMIN_EMAIL', value: '' });
  if (!password) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_ADMIN_PASSWORD', value: '' });
  if (!emailContract.safeParse(email).success)
    throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_ADMIN_EMAIL', value: email });
  // As for every other password; what it is stays unsaid.
  if (password.length < minimumPasswordLength) {
    const variable = 'LATCHKEY_ADMIN_PASSWORD';
    throw new LatchkeyError('environment.passwordTooShort', { variable, minimum: minimumPasswordLength });
  }
  return { email, password };
}

/** All formats, unless `LATCHKEY_SIGN_FORMATS` names some: `exe,msi`. */
function signingOf(env: Environment): HubOptions['signing'] {
  const { LATCHKEY_SIGN_COMMAND: command, LATCHKEY_SIGN_FORMATS: text } = env;
  if (!command) return undefined;
  const formats = text
    ? z.array(installerFormat).safeParse(text.split(',').map((each) => each.trim())).data
    : undefined;
  if (text && !formats)
    throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_SIGN_FORMATS', value: text });
  return { command, formats: formats ?? installerFormat.options };
}

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

function logLevelOf(env: Environment): HubOptions['logLevel'] {
  const text = env.LATCHKEY_LOG_LEVEL || 'info';
  const level = logLevels.find((each) => each === text);
  if (!level) throw new LatchkeyError('environment.invalid', { variable: 'LATCHKEY_LOG_LEVEL', value: text });
  return level;
}

function flag(env: Environment, variable: string): boolean {
  const text = env[variable] || '0';
  if (text !== '0' && text !== '1') throw new LatchkeyError('environment.invalid', { variable, value: text });
  return text === '1';
}
