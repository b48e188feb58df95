import type { Kysely } from 'kysely';
import { Subject, type Observable } from 'rxjs';
import { newId } from '#core/base/ids.ts';
import type { MatchKind, MatchReason } from '#protocol/device-matches.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceMatchRow, DeviceRow, Tables } from '../store/tables.ts';

/** One side of a question as it was when it came up: what a device's row no longer says once it is another one. */
export interface KeptSide {
  readonly facts: DeviceFacts;
  readonly publicKey: string;
  readonly installer: string | null;
  readonly lastSeenAt: number | null;
  readonly from: string | null;
}

export interface Question {
  readonly kind: MatchKind;
  readonly reason: MatchReason;
  readonly pair: string;
  /** The device that there was. */
  readonly device: DeviceRow;
  /** The device that came, where it is one. */
  readonly other: string | null;
  readonly knownSide: KeptSide;
  readonly otherSide: KeptSide;
}

/** The pair of two devices, of two computers or keys that one device had. The order makes no difference. */
export const pairOf = (kind: MatchKind, subject: string, ...two: readonly string[]): string =>
  [kind, subject, ...[...two].sort()].join(' ');

export const keptSideOf = (row: DeviceRow, lastSeenAt: number | null, from: string | null = null): KeptSide => ({
  facts: JSON.parse(row.facts) as DeviceFacts,
  publicKey: row.public_key,
  installer: row.installer_id,
  lastSeenAt,
  from,
});

export const matchOfPair = (db: Kysely<Tables>, pair: string): Promise<DeviceMatchRow | undefined> =>
  db.selectFrom('device_matches').selectAll().where('pair', '=', pair).executeTakeFirst();

/** Puts questions, and tells of those that were put or answered. */
export class MatchQuestions {
  private readonly changes = new Subject<void>();
  /** There may be other open ones than before. */
  readonly changed$: Observable<void> = this.changes;

  /** Puts a question, unless it was put before. */
  async ask(tx: WriteTransaction, question: Question): Promise<void> {
    if (await insertQuestion(tx, question)) this.tell(tx);
  }

  /** To be called where a question was answered. */
  tell(tx: WriteTransaction): void {
    tx.afterCommit(() => this.changes.next());
  }
}

async function insertQuestion(tx: WriteTransaction, question: Question): Promise<boolean> {
  const { kind, reason, pair, device, other, knownSide, otherSide } = question;
  const asked = await tx.db
    .insertInto('device_matches')
    .values({
      id: newId(),
      kind,
      reason,
      pair,
      device_id: device.id,
      other_id: other,
      known: JSON.stringify(knownSide),
      other: JSON.stringify(otherSide),
      created_at: Date.now(),
      decision: null,
      decided_at: null,
      decided_by: null,
    })
    .onConflict((conflict) => conflict.column('pair').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!asked) return false;
  await tx.audit({
    actor: { kind: 'endpoint', id: other ?? device.id, name: otherSide.facts.hostName, from: otherSide.from },
    action: 'deviceMatch.ask',
    devices: other === null ? [device.id] : [device.id, other],
    subject: { kind: 'deviceMatch', id: asked.id, name: '' },
    before: describe(knownSide.facts),
    after: { kind, reason, ...describe(otherSide.facts) },
  });
  return true;
}

/** What the audit log says of a computer. */
export const describe = (
  { hostName, serial, smbiosUuid, interfaces }: DeviceFacts,
  address?: string,
): Record<string, unknown> => ({
  hostName,
  ...(serial !== undefined && { serial }),
  ...(smbiosUuid !== undefined && { smbiosUuid }),
  macs: interfaces.map(({ mac }) => mac),
  ...(address !== undefined && { address }),
});
