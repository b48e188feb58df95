import { resolveNs, resolveSrv } from 'node:dns/promises';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { readFile } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';

/** Seconds. */
const connectLimit = 10;
const ldapsPort = 636;

const describe = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};

/**
 * The controllers of a domain, the one to try first in front.
 * @throws LatchkeyError `domain.notFound`
 */
export async function findDomainControllers(
  domain: string,
  resolve: (name: string) => Promise<readonly { name: string; priority: number; weight: number }[]> = resolveSrv,
): Promise<string[]> {
  const records = await resolve(`_ldap._tcp.dc._msdcs.${domain}`).catch(async (error: unknown) => {
    // Node.js refuses Samba's own name server's answers (c-ares 1.34.7 and later). That one is a domain controller itself.
    if ((error as NodeJS.ErrnoException).code === 'EBADRESP') {
      const names = await resolveNs(domain).catch(() => []);
      if (names.length > 0) return names.map((name) => ({ name, priority: 0, weight: 0 }));
    }
    throw new LatchkeyError('domain.notFound', { domain, reason: describe(error) }, { cause: error });
  });
  const own = `.${domain.toLowerCase()}`;
  const names = [...records]
    .sort((one, other) => one.priority - other.priority || other.weight - one.weight)
    .map(({ name }) => name.toLowerCase().replace(/\.$/, ''))
    // Whoever can forge an answer of the DNS could name a computer of their own, with a certificate for that name.
    .filter((name) => name.endsWith(own));
  if (names.length === 0) throw new LatchkeyError('domain.notFound', { domain, reason: 'SRV' });
  return names;
}

export interface TrustedCertificates {
  /** PEM, beside what Node.js and the system trust. */
  readonly authorities?: string | undefined;
  /** SHA-256 of the one certificate that is good, lower-case hexadecimal. Then nothing else is asked of it. */
  readonly pinned?: string | undefined;
}

/** `AB:CD…` and `abcd…` are the same. */
export const plainFingerprint = (text: string): string => text.replaceAll(':', '').trim().toLowerCase();

/** @throws LatchkeyError `file.unreadable` */
export async function readAuthorities(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new LatchkeyError('file.unreadable', { file, reason: error.message }, { cause: error });
  });
}

/**
 * A TLS connection to a domain controller that is who it says it is. Nothing has been sent yet, and nothing is if it is not.
 * @throws LatchkeyError `domain.unreachable`, `domain.certificateUntrusted`, `domain.certificateChanged`, `rpc.cancelled`
 */
export function connectTo(
  server: string,
  { authorities, pinned }: TrustedCertificates,
  signal?: AbortSignal,
): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const ca = [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
    const socket = tls.connect({
      host: server,
      port: ldapsPort,
      ...(isIP(server) === 0 && { servername: server }),
      ca: authorities === undefined ? ca : [...ca, authorities],
      // Looked at below, where it can be told what was wrong.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    });
    const fail = (error: unknown): void => {
      end();
      socket.destroy();
      reject(error as Error);
    };
    const onError = (error: Error): void =>
      fail(new LatchkeyError('domain.unreachable', { server, reason: describe(error) }, { cause: error }));
    const onAbort = (): void => fail(new LatchkeyError('rpc.cancelled'));
    const timer = setTimeout(
      () => fail(new LatchkeyError('domain.unreachable', { server, reason: 'ETIMEDOUT' })),
      connectLimit * 1000,
    );
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
    };
    socket.once('error', onError);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    socket.once('secureConnect', () => {
      const problem = problemWith(socket, server, pinned);
      if (problem) return fail(problem);
      end();
      resolve(socket);
    });
  });
}

function problemWith(socket: tls.TLSSocket, server: string, pinned: string | undefined): LatchkeyError | undefined {
  const certificate = socket.getPeerCertificate();
  const fingerprint = certificate.fingerprint256 ?? '';
  if (pinned !== undefined) {
    if (plainFingerprint(fingerprint) === pinned) return undefined;
    return new LatchkeyError('domain.certificateChanged', { server, fingerprint });
  }
  // With `rejectUnauthorized` off, the host's name has not been compared.
  const reason = socket.authorized
    ? tls.checkServerIdentity(server, certificate)?.message
    : String(socket.authorizationError);
  return reason === undefined
    ? undefined
    : new LatchkeyError('domain.certificateUntrusted', { server, reason, fingerprint });
}
