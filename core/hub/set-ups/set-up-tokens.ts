import { Subject, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { SetUpMethod } from '#protocol/set-ups.ts';
import { isSameComputer } from '../endpoints/hardware.ts';
import { isTokenOf, tokenOf, verifyToken } from '../enrolment/installer-token.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';

/** What a set-up's token lets in: one computer. */
export interface SetUpAdmission {
  readonly group: string;
  readonly nickname: string | null;
  readonly method: SetUpMethod;
  readonly passwordStored: boolean;
  /** What the computer said of itself when the customer was asked. */
  readonly facts: DeviceFacts;
  /** Who sets it up. */
  readonly technician: { readonly id: string; readonly name: string };
}

/** A computer that has joined by a set-up. */
export interface SetUpJoin {
  readonly setUp: string;
  readonly row: DeviceRow;
}

/**
 * The tokens by which installed endpoints join, each good for one. They are computed from the set-up's identifier, as an
 * installer's are from its own; nothing of them is kept but which set-ups are open.
 */
export class SetUpTokens {
  private readonly identity: HubIdentity;
  private readonly open = new Map<string, { readonly admission: SetUpAdmission; taken: boolean }>();
  private readonly joins = new Subject<SetUpJoin>();
  /** After each join is kept; of set-ups that were given up in that moment too. */
  readonly joined$: Observable<SetUpJoin> = this.joins;

  constructor(identity: HubIdentity) {
    this.identity = identity;
  }

  issue(setUp: string, admission: SetUpAdmission): string {
    this.open.set(setUp, { admission, taken: false });
    return this.of(setUp);
  }

  of(setUp: string): string {
    return tokenOf(setUp, this.identity, 'set-up');
  }

  /** From now on the set-up's token lets nobody in. */
  revoke(setUp: string): void {
    this.open.delete(setUp);
  }

  /** Whether it is one of ours, open or not. */
  isOurs(token: string): boolean {
    return isTokenOf(token, this.identity, 'set-up');
  }

  /**
   * Takes the one join that the token buys, for the computer that the customer was asked on and no other; `giveBack` where
   * it comes to nothing.
   * @throws LatchkeyError `enrolment.tokenInvalid`
   */
  take(token: string, facts: DeviceFacts): SetUpAdmission & { readonly setUp: string } {
    const setUp = verifyToken(token, this.identity, 'set-up');
    const kept = this.open.get(setUp);
    if (!kept || kept.taken || !isSameComputer(kept.admission.facts, facts)) {
      throw new LatchkeyError('enrolment.tokenInvalid');
    }
    kept.taken = true;
    return { ...kept.admission, setUp };
  }

  giveBack(setUp: string): void {
    const kept = this.open.get(setUp);
    if (kept) kept.taken = false;
  }

  /** Should the hub be killed right after the join: what it knows of it then. In the join's own transaction. */
  async keepJoin({ db }: WriteTransaction, { setUp, row }: SetUpJoin): Promise<void> {
    await db.updateTable('set_ups').set({ device_id: row.id }).where('id', '=', setUp).execute();
  }

  /** The join is kept. */
  joined(join: SetUpJoin): void {
    this.revoke(join.setUp);
    this.joins.next(join);
  }
}
