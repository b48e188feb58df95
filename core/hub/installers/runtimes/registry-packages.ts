import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import type { RuntimePackage } from './runtime-catalogue.ts';

/** The registry did not give the package. */
export class PackageUnreachable extends Error {
  readonly url: string;

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.url = url;
  }
}

/** Something answered, with a certificate that nobody here vouches for: a proxy that looks into TLS, say. */
export class PackageUntrusted extends PackageUnreachable {}

export interface RegistryOptions {
  /** Its address; by default the one that npm is set to, else npm's own. */
  readonly registry?: string | undefined;
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` stand. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Certificates of authorities beside those of Node.js and of the system, PEM. */
  readonly authorities?: readonly string[] | undefined;
  /** Seconds that the registry may say nothing. */
  readonly patience?: number | undefined;
}

const attempts = 3;
const mostRedirects = 5;

/** Packages of an npm registry, by name and version. What comes is checked by whoever asked, against its SHA-512. */
export class RegistryPackages {
  private readonly registry: string;
  private readonly options: RegistryOptions;
  private agents: { readonly 'http:': HttpAgent; readonly 'https:': HttpsAgent } | undefined;

  constructor(options: RegistryOptions = {}) {
    const registry = options.registry || process.env['npm_config_registry'] || 'https://registry.npmjs.org/';
    this.registry = registry.endsWith('/') ? registry : `${registry}/`;
    this.options = options;
  }

  /**
   * The package as a stream. The connection is tried again where it does not come about.
   * @throws PackageUnreachable, PackageUntrusted
   */
  async open({ name, version }: RuntimePackage, signal: AbortSignal): Promise<Readable> {
    const url = `${this.registry}${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.ask(url, signal);
        const { statusCode = 0 } = answer;
        if (statusCode === 200) return answer;
        answer.destroy();
        // What the registry refuses it refuses again.
        if (statusCode < 500 || attempt === attempts) throw new PackageUnreachable(url, `HTTP ${statusCode}`);
      } catch (error) {
        if (error instanceof PackageUnreachable || signal.aborted) throw error;
        const cause = { cause: error };
        if (isDistrust(error)) throw new PackageUntrusted(url, reasonOf(error), cause);
        if (attempt === attempts) throw new PackageUnreachable(url, reasonOf(error), cause);
      }
      await delay(attempt * 500, undefined, { signal });
    }
  }

  private async ask(address: string, signal: AbortSignal): Promise<IncomingMessage> {
    let url = new URL(address);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.askOnce(url, signal);
      const { location } = answer.headers;
      const isElsewhere = [301, 302, 303, 307, 308].includes(answer.statusCode ?? 0);
      if (!isElsewhere || location === undefined || redirects === mostRedirects) return answer;
      answer.destroy();
      const next = new URL(location, url);
      // Nothing that was asked for by TLS is fetched without it.
      if (next.protocol !== url.protocol && next.protocol !== 'https:') return answer;
      url = next;
    }
  }

  private async askOnce(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const isPlain = url.protocol === 'http:';
    const agents = (this.agents ??= this.makeAgents());
    const timeout = (this.options.patience ?? 30) * 1000;
    const options = { agent: agents[isPlain ? 'http:' : 'https:'], signal, timeout };
    const request = isPlain ? httpRequest(url, options) : httpsRequest(url, options);
    // Before there is an answer, and while it comes: a connection that nothing more arrives on.
    request.once('timeout', () => request.destroy(Object.assign(new Error('ETIMEDOUT'), { code: 'ETIMEDOUT' })));
    // What goes wrong later is the answer's.
    request.on('error', () => {});
    request.end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer;
  }

  /** Made when something is fetched first: it reads the system's certificates. */
  private makeAgents() {
    const { env: proxyEnv = process.env, authorities = [] } = this.options;
    const ca = [...getCACertificates('default'), ...getCACertificates('system'), ...authorities];
    return { 'http:': new HttpAgent({ proxyEnv }), 'https:': new HttpsAgent({ proxyEnv, ca }) };
  }
}

/** What TLS says of certificates that it can't follow to an authority that it knows. */
const isDistrust = (error: unknown): boolean =>
  /SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|CERT_UNTRUSTED|INVALID_CA|CERT_SIGNATURE_FAILURE/.test(
    String((error as NodeJS.ErrnoException).code),
  );

/** The system's own word for it; Node.js's are less than what it says. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return code && !code.startsWith('ERR_') ? code : message.split('\n', 1)[0]!;
}
