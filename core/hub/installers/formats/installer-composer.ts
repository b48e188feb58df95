import type { Readable } from 'node:stream';
import type { FormatContext, FormatLayout, VaryingLayout } from './format-layout.ts';
import { padConfig } from './format-layout.ts';
import { PieceStream, type Piece } from './piece-stream.ts';
import type { Payload, PayloadCache, PayloadWatcher } from './payload-cache.ts';
import { PrefixHashes } from './prefix-hashes.ts';

/** A finished installer, not yet read. */
export interface InstallerArtefact {
  readonly size: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  /** Its bytes, streamed from the cached payload. */
  open(): Promise<Readable>;
}

type Layout = FormatLayout | VaryingLayout;
type LayOut = (context: FormatContext) => Layout | Promise<Layout>;

interface Prepared {
  readonly payload: Payload;
  readonly layout: Layout;
  readonly prefixes: PrefixHashes;
}

/** One that is put together here. */
export interface ComposedInstaller extends InstallerArtefact {
  /** In this order; the last is bytes, and alone what is not the same in all of a layout that does not vary. */
  readonly pieces: readonly Piece[];
}

/** Puts installers of one format together: the constant part is laid out and hashed once, each installer then costs little. */
export class InstallerComposer {
  private readonly cache: Pick<PayloadCache, 'get'>;
  private readonly layOut: LayOut;
  private readonly context: Omit<FormatContext, 'payload'>;
  private preparing: Promise<Prepared> | undefined;
  private preparingKey: string | undefined;

  constructor(cache: Pick<PayloadCache, 'get'>, layOut: LayOut, context: Omit<FormatContext, 'payload'>) {
    this.cache = cache;
    this.layOut = layOut;
    this.context = context;
  }

  /**
   * @param config the installer's configuration as JSON
   * @throws LatchkeyError as `PayloadCache.get`
   */
  async compose(config: string, watcher: PayloadWatcher = {}): Promise<ComposedInstaller> {
    const prepared = await this.prepare(await this.cache.get(watcher));
    const { payload, layout } = prepared;
    const padded = padConfig(config);
    const varying = 'put' in layout ? layout.put(padded) : undefined;
    const head = varying?.head ?? (layout as FormatLayout).head;
    const afterPayload = 'put' in layout ? Buffer.alloc(0) : layout.afterPayload;
    const prefix = await prepared.prefixes.of(head, afterPayload);
    const tail = varying?.tail ?? (layout as FormatLayout).tail(padded, prefix);
    const pieces = [head, { file: payload.file }, afterPayload, tail];
    return {
      pieces,
      size: head.length + payload.size + afterPayload.length + tail.length,
      sha256: prefix.copy().update(tail).digest('hex'),
      open: () => PieceStream.open(pieces),
    };
  }

  private prepare(payload: Payload): Promise<Prepared> {
    if (!this.preparing || this.preparingKey !== payload.file) {
      this.preparingKey = payload.file;
      const preparing = this.layOutFor(payload);
      this.preparing = preparing;
      preparing.catch(() => {
        if (this.preparing === preparing) this.preparing = undefined;
      });
    }
    return this.preparing;
  }

  private async layOutFor(payload: Payload): Promise<Prepared> {
    const layout = await this.layOut({ ...this.context, payload });
    return { payload, layout, prefixes: new PrefixHashes(payload.file) };
  }
}
