import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimePackage } from './runtime-catalogue.ts';

/** The registry did not give the package. */
export class PackageUnreachable extends Error {
  readonly url: string;

  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.url = url;
  }
}

const attempts = 3;

/** Packages of an npm registry, by name and version. */
export class RegistryPackages {
  private readonly registry: string;

  /** @param registry its address; the one that npm is set to, else npm's own */
  constructor(registry: string = process.env['npm_config_registry'] || 'https://registry.npmjs.org/') {
    this.registry = registry.endsWith('/') ? registry : `${registry}/`;
  }

  /**
   * The package as a stream. The connection is tried again where it does not come about.
   * @throws PackageUnreachable
   */
  async open({ name, version }: RuntimePackage, signal: AbortSignal): Promise<Readable> {
    const url = `${this.registry}${name}/-/${name.split('/').at(-1)}-${version}.tgz`;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await fetch(url, { signal });
        if (answer.ok && answer.body) return Readable.fromWeb(answer.body as ReadableStream);
        await answer.body?.cancel();
        // What the registry refuses it refuses again.
        if (answer.status < 500 || attempt === attempts) throw new PackageUnreachable(url, `HTTP ${answer.status}`);
      } catch (error) {
        if (error instanceof PackageUnreachable || signal.aborted) throw error;
        if (attempt === attempts) throw new PackageUnreachable(url, reasonOf(error), { cause: error });
      }
      await delay(attempt * 500, undefined, { signal });
    }
  }
}

/** `fetch failed` says nothing; what caused it does. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const { code, message: inner } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? (inner || message);
}
