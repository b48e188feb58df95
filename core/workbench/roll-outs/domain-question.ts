import type { CancellationToken } from '#jsonrpc';
import type { ProgressReport } from '#protocol/messages.ts';
import type { RollOutChange, RollOutChangeList } from '#protocol/roll-outs.ts';

/** By whom and where a domain is changed. Used for one call, and kept nowhere. */
export interface DomainAccess {
  /** Host name; empty: the hub finds one by DNS. */
  readonly domainController: string;
  readonly account: string;
  readonly password: string;
  /** SHA-256 of its certificate, which somebody has compared. */
  readonly certificate?: string | undefined;
}

/** What a roll-out is to do in a domain, or to take back there, once somebody has given credentials for it. */
export interface DomainQuestion {
  readonly action: 'apply' | 'undo';
  /** The roll-out's name. */
  readonly name: string;
  readonly domain: string;
  /** What is known of the answer already. */
  readonly domainController?: string | undefined;
  readonly account?: string | undefined;
  readonly certificate?: string | undefined;
  /** Of `undo`: what was made, in its order. */
  readonly made?: readonly RollOutChange[] | undefined;
  /** What `apply` would change; nothing is. */
  preview(access: DomainAccess, watching?: Watching): Promise<RollOutChangeList>;
  /** @param preview that the person has seen: this is done, or nothing */
  run(access: DomainAccess, preview: string | undefined, watching?: Watching): Promise<RollOutChangeList>;
}

/** Of work that takes a while. */
export interface Watching {
  /** Cancelled, the hub takes back what it has done by then. */
  readonly token?: CancellationToken | undefined;
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
}

/** Asks, shows, and has it done; undefined where the person gave up. */
export type ChangeDomain = (question: DomainQuestion) => Promise<RollOutChange[] | undefined>;
