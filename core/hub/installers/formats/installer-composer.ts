import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FormatContext, FormatLayout } from './format-layout.ts';
import { padConfig } from './format-layout.ts';
import { hashFile } from './hash-file.ts';
import { openPayload, type Payload, type PayloadCache, type PayloadWatcher } from './payload-cache.ts';

/** A finished installer, not yet read. */
export interface InstallerArtefact {
  readonly size: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** Its bytes, streamed from the cached payload. */
  open(): Promise<Readable>;
}

interface Prepared {
  readonly key: string;
  readonly payload: Payload;
  readonly layout: FormatLayout;
  readonly prefix: Hash;
}

/** Puts installers of one format together: the constant part is laid out and hashed once, each installer then costs little. */
export class InstallerComposer {
  private readonly cache: PayloadCache;
  private readonly layOut: (context: FormatContext) => Promise<FormatLayout>;
  private readonly context: Omit<FormatContext, 'payload'>;
  private preparing: Promise<Prepared> | undefined;
  private preparingKey: string | undefined;

  constructor(
    cache: PayloadCache,
    layOut: (context: FormatContext) => Promise<FormatLayout>,
    context: Omit<FormatContext, 'payload'>,
  ) {
    this.cache = cache;
    this.layOut = layOut;
    this.context = context;
  }

  /**
   * @param config the installer's configuration as JSON
   * @throws LatchkeyError as `PayloadCache.get`
   */
  async compose(config: string, watcher: PayloadWatcher = {}): Promise<InstallerArtefact> {
    const { payload, layout, prefix } = await this.prepare(await this.cache.get(watcher));
    const tail = layout.tail(padConfig(config), prefix);
    return {
      size: layout.head.length + payload.size + layout.afterPayload.length + tail.length,
      sha256: prefix.copy().update(tail).digest('hex'),
      async open() {
        const body = await openPayload(payload);
        return Readable.from(
          (async function* () {
            yield layout.head;
            yield* body;
            yield layout.afterPayload;
            yield tail;
          })(),
          { objectMode: false },
        );
      },
    };
  }

  private prepare(payload: Payload): Promise<Prepared> {
    if (!this.preparing || this.preparingKey !== payload.file) {
      this.preparingKey = payload.file;
      const preparing = this.layOutAndHash(payload);
      this.preparing = preparing;
      preparing.catch(() => {
        if (this.preparing === preparing) this.preparing = undefined;
      });
    }
    return this.preparing;
  }

  private async layOutAndHash(payload: Payload): Promise<Prepared> {
    const layout = await this.layOut({ ...this.context, payload });
    const prefix = await hashFile(payload.file, createHash('sha256').update(layout.head));
    prefix.update(layout.afterPayload);
    return { key: payload.key, payload, layout, prefix };
  }
}
