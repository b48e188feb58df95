import type { Kysely } from 'kysely';
import type { MatchDecision } from '#protocol/device-matches.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import { compare, hardwareKey, hardwareOf, keyMark, verdictOnKeyHolder, type Verdict } from '../endpoints/hardware.ts';
import { fingerprintOf } from '../endpoints/public-key.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRow, Tables } from '../store/tables.ts';
import { changeKey } from './key-change.ts';
import { describe, keptSideOf, matchOfPair, pairOf, type MatchQuestions } from './match-rows.ts';
import type { Whereabouts } from './whereabouts.ts';

/** Whether a computer that brings a device's key is the one that the device was: repaired, copied, or under another key. */
export class KeyHolders {
  private readonly store: Store;
  private readonly events: DeviceEvents;
  private readonly questions: MatchQuestions;
  private readonly whereabouts: Whereabouts;

  constructor(store: Store, events: DeviceEvents, questions: MatchQuestions, whereabouts: Whereabouts) {
    this.store = store;
    this.events = events;
    this.questions = questions;
    this.whereabouts = whereabouts;
  }

  /** How the computer with these facts stands to the one that the device was when it was last there. */
  async verdict(row: DeviceRow, facts: DeviceFacts, db: Kysely<Tables> = this.store.read): Promise<Verdict> {
    const before = JSON.parse(row.facts) as DeviceFacts;
    const comparison = compare(hardwareOf(before), hardwareOf(facts));
    const verdict = verdictOnKeyHolder(comparison, before.hostName === facts.hostName);
    if (verdict !== 'doubtful') return verdict;
    const decided = await matchOfPair(db, pairOfHardware(row, before, facts));
    if (decided?.decision === 'same') return 'same';
    return decided?.decision === 'apart' ? 'other' : 'doubtful';
  }

  /**
   * What has been said of two computers with this key and this hardware that are there at once: `asked` where nobody has
   * decided yet; undefined where nobody was asked.
   */
  async saidOfTwins(
    row: DeviceRow,
    facts: DeviceFacts,
    db: Kysely<Tables> = this.store.read,
  ): Promise<MatchDecision | 'asked' | undefined> {
    const match = await matchOfPair(db, pairOfHardware(row, JSON.parse(row.facts) as DeviceFacts, facts));
    return match && (match.decision ?? 'asked');
  }

  /** Has a technician say whether it still is the computer that the device was. */
  async askAboutHardware(row: DeviceRow, facts: DeviceFacts, from: string): Promise<void> {
    const before = JSON.parse(row.facts) as DeviceFacts;
    const seen = this.whereabouts.lastSeen(row);
    await this.store.write((tx) =>
      this.questions.ask(tx, {
        kind: 'hardware',
        reason: this.whereabouts.isHere(row.id) ? 'connected' : 'hardware',
        pair: pairOfHardware(row, before, facts),
        device: row,
        other: null,
        knownSide: keptSideOf(row, seen, this.whereabouts.from(row.id)),
        otherSide: { facts, publicKey: row.public_key, installer: row.installer_id, lastSeenAt: Date.now(), from },
      }),
    );
  }

  /**
   * The device whose key is a copy's. The copy has told which computer it is: it has to be another one for certain, or by a
   * technician's word.
   * @throws LatchkeyError `endpoint.unknownKey`, `enrolment.deviceRemoved`, `endpoint.proofInvalid` where it is the same
   */
  async requireCopy(db: Kysely<Tables>, copied: string, facts: DeviceFacts): Promise<DeviceRow> {
    const row = await db.selectFrom('devices').selectAll().where('public_key', '=', copied).executeTakeFirst();
    if (!row) throw new LatchkeyError('endpoint.unknownKey');
    if (row.deleted_at !== null) {
      throw new LatchkeyError('enrolment.deviceRemoved', { at: new Date(row.deleted_at).toISOString().slice(0, 10) });
    }
    if ((await this.verdict(row, facts, db)) === 'other' || (await this.isTwin(row, facts, db))) return row;
    throw new LatchkeyError('endpoint.proofInvalid');
  }

  /** Nothing tells a copied virtual machine from its original but that both are there, and somebody's word. */
  private async isTwin(row: DeviceRow, facts: DeviceFacts, db: Kysely<Tables>): Promise<boolean> {
    return this.whereabouts.isHere(row.id) && (await this.saidOfTwins(row, facts, db)) === 'apart';
  }

  /**
   * A key came that no device has. One that a device had before another computer took it over is proof that this was not the
   * computer re-imaged: nobody gets in with it, and the device waits until a technician has said who is who.
   * @returns the device, where a technician has said before that both keys are one computer's
   * @throws LatchkeyError `endpoint.unknownKey`, `endpoint.keySuperseded`
   */
  async returned(publicKey: string, facts: DeviceFacts, from: string): Promise<DeviceRow> {
    const outcome = await this.store.write(async (tx) => {
      const row = await tx.db
        .selectFrom('devices')
        .selectAll()
        .where('deleted_at', 'is', null)
        .where('id', 'in', (eb) =>
          eb.selectFrom('device_marks').select('device_id').where('mark', '=', keyMark(publicKey)),
        )
        .executeTakeFirst();
      if (!row) return undefined;
      const asked = await matchOfPair(tx.db, pairOfKeys(row, publicKey));
      const mayReturn = asked?.decision === 'same' && !this.whereabouts.isHere(row.id);
      if (mayReturn) return { row: await this.giveBack(tx, row, { publicKey, facts }, from), back: true };
      if (!asked) await this.alarm(tx, row, publicKey, facts, from);
      return { row, back: false };
    });
    if (!outcome) throw new LatchkeyError('endpoint.unknownKey');
    if (outcome.back) return outcome.row;
    throw new LatchkeyError('endpoint.keySuperseded', { host: outcome.row.host_name });
  }

  private async giveBack(
    tx: WriteTransaction,
    row: DeviceRow,
    holder: { readonly publicKey: string; readonly facts: DeviceFacts },
    from: string,
  ): Promise<DeviceRow> {
    await tx.audit({
      actor: { kind: 'endpoint', id: row.id, name: holder.facts.hostName, from },
      action: 'device.keyReturned',
      devices: [row.id],
      before: { keyFingerprint: fingerprintOf(row.public_key) },
      after: { keyFingerprint: fingerprintOf(holder.publicKey) },
    });
    return changeKey(tx, this.events, row, holder);
  }

  private async alarm(
    tx: WriteTransaction,
    row: DeviceRow,
    publicKey: string,
    facts: DeviceFacts,
    from: string,
  ): Promise<void> {
    await this.questions.ask(tx, {
      kind: 'keyReturned',
      reason: 'keyInUse',
      pair: pairOfKeys(row, publicKey),
      device: row,
      other: null,
      knownSide: keptSideOf(row, this.whereabouts.lastSeen(row)),
      otherSide: { facts, publicKey, installer: row.installer_id, lastSeenAt: Date.now(), from },
    });
    if (row.state !== 'active' && row.state !== 'blocked') return;
    const change = { state: 'waiting', waiting_for: 'identity', seq: await tx.nextSeq() } as const;
    await tx.db.updateTable('devices').set(change).where('id', '=', row.id).execute();
    await tx.audit({
      actor: { kind: 'system', id: null, name: 'hub', from: null },
      action: 'device.hold',
      devices: [row.id],
      before: { state: row.state },
      after: { state: 'waiting', waitingFor: 'identity', ...describe(facts, from) },
    });
    this.events.announce(tx, { ...row, ...change });
  }
}

const pairOfHardware = (row: DeviceRow, one: DeviceFacts, other: DeviceFacts): string =>
  pairOf('hardware', row.id, hardwareKey(hardwareOf(one)), hardwareKey(hardwareOf(other)));

const pairOfKeys = (row: DeviceRow, publicKey: string): string =>
  pairOf('keyReturned', row.id, fingerprintOf(row.public_key), fingerprintOf(publicKey));
