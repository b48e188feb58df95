/** A file on its way, in one direction. What is asked of it is done one after the other, in the order in which it came. */
export interface Transfer {
  /** The file's path. */
  readonly file: string;
  /** All is there. Whatever comes of it, the transfer is over. */
  finish(): Promise<TransferResult>;
  /** Gives it up, and leaves nothing behind. */
  abandon(): Promise<void>;
}

export interface TransferResult {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Does one thing after the other; one that fails keeps the next from nothing. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }
}
