import { lstat, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { newId } from '#core/base/ids.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests as requests } from '#protocol/file-transfer.ts';
import { helperNotifications, helperRequests } from './helper-contract.ts';
import { absolutePath, bytesOf, listFolder } from './list-folder.ts';
import { isPartialName } from './partial-name.ts';
import { Reading } from './reading.ts';
import type { Transfer, TransferResult } from './transfer.ts';
import { Writing } from './writing.ts';

/** How many transfers may be open at once, and milliseconds after which one that nobody asks for makes room. */
const openLimit = 64;
const idleTime = 120_000;
/** How many results are kept for whoever asks again because the answer got lost. */
const resultLimit = 64;

/** Files with the rights of the process that this runs in. */
export class FileService {
  private readonly transfers = new Map<string, { readonly transfer: Transfer; usedAt: number }>();
  private readonly results = new Map<string, TransferResult>();
  /** Asked again meanwhile, because the answer took too long, it is the same. */
  private readonly finishing = new Map<string, Promise<TransferResult>>();

  serve(rpc: RpcConnection): void {
    rpc.handle(requests.list, ({ path }) => listFolder(path));
    rpc.handle(requests.read, async ({ path }) => {
      await this.makeRoom();
      const reading = await Reading.open(path);
      return { transfer: this.add(reading), name: reading.name, size: reading.size };
    });
    rpc.handle(requests.piece, async ({ transfer, offset }) => {
      const data = await this.reading(transfer).piece(offset);
      return { data: data.toString('base64') };
    });
    rpc.handle(requests.write, async (options) => {
      await this.makeRoom();
      const writing = await Writing.begin(options, (path, there) =>
        rpc.notify(helperNotifications.partial, { path, there }),
      );
      return { transfer: this.add(writing), path: writing.file };
    });
    rpc.handle(requests.put, async ({ transfer, offset, data }) => {
      await this.writing(transfer).put(offset, Buffer.from(data, 'base64'));
      return {};
    });
    rpc.handle(requests.finish, async ({ transfer: id }) => {
      const result = this.results.get(id) ?? (await (this.finishing.get(id) ?? this.finish(id)));
      return { ...result };
    });
    rpc.handle(requests.abandon, async ({ transfer }) => {
      const open = this.transfers.get(transfer);
      this.transfers.delete(transfer);
      await open?.transfer.abandon();
      return {};
    });
    rpc.handle(helperRequests.giveUp, async () => {
      await this.dispose();
      return {};
    });
    rpc.handle(helperRequests.cleanUp, async ({ paths }) => {
      for (const path of paths) await removePartial(path);
      return {};
    });
  }

  /** Gives all transfers up. */
  async dispose(): Promise<void> {
    const open = [...this.transfers.values()];
    this.transfers.clear();
    await Promise.allSettled(open.map(({ transfer }) => transfer.abandon()));
  }

  private finish(id: string): Promise<TransferResult> {
    const { transfer } = this.entry(id);
    const finished = this.end(id, transfer).finally(() => this.finishing.delete(id));
    this.finishing.set(id, finished);
    return finished;
  }

  private async end(id: string, transfer: Transfer): Promise<TransferResult> {
    try {
      const result = await transfer.finish();
      this.results.set(id, result);
      const [oldest] = this.results.keys();
      if (this.results.size > resultLimit && oldest !== undefined) this.results.delete(oldest);
      this.transfers.delete(id);
      return result;
    } catch (error) {
      if (!(error instanceof LatchkeyError) || error.code !== 'transfer.offset') this.transfers.delete(id);
      throw error;
    }
  }

  private add(transfer: Transfer): string {
    const id = newId();
    this.transfers.set(id, { transfer, usedAt: Date.now() });
    return id;
  }

  /** @throws LatchkeyError `rpc.tooMany` */
  private async makeRoom(): Promise<void> {
    if (this.transfers.size < openLimit) return;
    const [longest] = [...this.transfers].sort(([, a], [, b]) => a.usedAt - b.usedAt);
    if (!longest || Date.now() - longest[1].usedAt < idleTime) throw new LatchkeyError('rpc.tooMany', { seconds: 10 });
    this.transfers.delete(longest[0]);
    await longest[1].transfer.abandon();
  }

  private entry(id: string): { readonly transfer: Transfer; usedAt: number } {
    const entry = this.transfers.get(id);
    if (!entry) throw new LatchkeyError('transfer.notFound');
    entry.usedAt = Date.now();
    return entry;
  }

  private reading(id: string): Reading {
    const { transfer } = this.entry(id);
    if (!(transfer instanceof Reading)) throw new LatchkeyError('transfer.notFound');
    return transfer;
  }

  private writing(id: string): Writing {
    const { transfer } = this.entry(id);
    if (!(transfer instanceof Writing)) throw new LatchkeyError('transfer.notFound');
    return transfer;
  }
}

/** Deletes what an interrupted transfer left, and nothing else. */
async function removePartial(path: string): Promise<void> {
  try {
    const file = absolutePath(path);
    if (isPartialName(basename(file)) && (await lstat(bytesOf(file))).isFile()) await unlink(bytesOf(file));
  } catch {
    // Gone already.
  }
}
