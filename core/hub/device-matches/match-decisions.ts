import { LatchkeyError } from '#protocol/errors.ts';
import type { MatchDecision } from '#protocol/device-matches.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import { hardwareKey, hardwareOf, keyMark } from '../endpoints/hardware.ts';
import { fingerprintOf } from '../endpoints/public-key.ts';
import type { Admissions } from '../enrolment/admissions.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceMatchRow, DeviceRow } from '../store/tables.ts';
import { changeKey, forgetKey } from './key-change.ts';
import type { KeptSide } from './match-rows.ts';
import type { Whereabouts } from './whereabouts.ts';

/** What came of a decision: the device that stays what it was, and the other one where there is one. */
export interface Settled {
  readonly device: string;
  readonly other: string | null;
}

/** What becomes of devices and keys once a technician has said which computer is which. */
export class MatchDecisions {
  private readonly events: DeviceEvents;
  private readonly admissions: Admissions;
  private readonly whereabouts: Whereabouts;

  constructor(events: DeviceEvents, admissions: Admissions, whereabouts: Whereabouts) {
    this.events = events;
    this.admissions = admissions;
    this.whereabouts = whereabouts;
  }

  /** Within the transaction that keeps the decision. `rows`: the devices of both sides as they are. */
  async carryOut(
    tx: WriteTransaction,
    match: DeviceMatchRow,
    rows: { readonly known: DeviceRow; readonly other: DeviceRow | undefined },
    decision: MatchDecision,
  ): Promise<Settled> {
    const { known, other } = rows;
    if (match.kind === 'joined') {
      if (!other) throw new LatchkeyError('deviceMatch.deviceGone', { device: nameOf(known) });
      if (decision === 'apart') return { device: known.id, other: other.id };
      return this.merge(tx, { kept: known, gone: other, holder: other });
    }
    if (match.kind === 'keyReturned') {
      return decision === 'same' ? this.giveKeyBack(tx, match, known) : this.separate(tx, match, known);
    }
    if (decision === 'apart') await this.restoreHardware(tx, match, known);
    return { device: known.id, other: null };
  }

  /**
   * Of two devices `kept` stays what it is; it is the computer of `holder`, one of the two, from now on. `gone` is no device
   * any more, and its slot is free again. Should the other computer come back all the same, a technician is asked.
   */
  async merge(
    tx: WriteTransaction,
    { kept, gone, holder }: { readonly kept: DeviceRow; readonly gone: DeviceRow; readonly holder: DeviceRow },
  ): Promise<Settled> {
    const { db } = tx;
    const change = {
      // Of no computer: the key is the other device's now.
      public_key: `merged:${gone.id}`,
      deleted_at: Date.now(),
      deleted_by: 'customer' as const,
      seq: await tx.nextSeq(),
    };
    for (const device of [kept.id, gone.id]) tx.afterCommit(() => this.whereabouts.disconnect(device));
    await db.updateTable('devices').set(change).where('id', '=', gone.id).execute();
    await db.deleteFrom('device_marks').where('device_id', '=', gone.id).execute();
    await this.returnSlot(tx, kept, gone);
    await this.moveHistory(tx, gone.id, kept.id);
    this.events.announce(tx, { ...gone, ...change });
    const stays = holder.id === kept.id;
    const facts = JSON.parse(holder.facts) as KeptSide['facts'];
    await changeKey(
      tx,
      this.events,
      kept,
      { publicKey: holder.public_key, facts },
      {
        nickname: kept.nickname ?? gone.nickname,
        ...(!stays && wayIn(kept, gone)),
        last_seen_at: Math.max(kept.last_seen_at ?? 0, gone.last_seen_at ?? 0),
      },
    );
    if (stays) await this.supersede(tx, kept, gone);
    return { device: kept.id, other: null };
  }

  /** The key of the device that is gone is one that the other had before; its own stays its own. */
  private async supersede(tx: WriteTransaction, kept: DeviceRow, gone: DeviceRow): Promise<void> {
    await forgetKey(tx, kept.public_key);
    await tx.db
      .insertInto('device_marks')
      .values({ mark: keyMark(gone.public_key), device_id: kept.id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  private async returnSlot({ db }: WriteTransaction, known: DeviceRow, came: DeviceRow): Promise<void> {
    const use = await db
      .deleteFrom('installer_uses')
      .where('device_id', '=', came.id)
      .returningAll()
      .executeTakeFirst();
    if (!use) return;
    if (use.outcome === 'joined') {
      await db
        .updateTable('installers')
        .set((eb) => ({ used: eb('used', '-', 1) }))
        .where('id', '=', use.installer_id)
        .where('used', '>', 0)
        .execute();
    }
    const { installer_id, at, host_name, address } = use;
    await db
      .insertInto('installer_returns')
      .values({ id: came.id, installer_id, device_id: known.id, at, host_name, address })
      .execute();
  }

  private async moveHistory({ db }: WriteTransaction, from: string, to: string): Promise<void> {
    const numbers = await db.selectFrom('audit_devices').select('number').where('device_id', '=', from).execute();
    for (const { number } of numbers) {
      await db
        .insertInto('audit_devices')
        .values({ device_id: to, number })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    await db.updateTable('sessions').set({ device_id: to }).where('device_id', '=', from).execute();
  }

  /** One computer after all, a backup put back for example: the key that came back is the device's again. */
  private async giveKeyBack(tx: WriteTransaction, match: DeviceMatchRow, known: DeviceRow): Promise<Settled> {
    tx.afterCommit(() => this.whereabouts.disconnect(known.id));
    const { publicKey, facts } = sideOf(match.other);
    await changeKey(tx, this.events, known, { publicKey, facts }, trusted(known));
    return { device: known.id, other: null };
  }

  /** Two computers: the device is the first one's again; the one that took it over becomes one of its own, and waits. */
  private async separate(tx: WriteTransaction, match: DeviceMatchRow, known: DeviceRow): Promise<Settled> {
    tx.afterCommit(() => this.whereabouts.disconnect(known.id));
    const { publicKey, facts } = sideOf(match.other);
    await changeKey(tx, this.events, known, { publicKey, facts }, trusted(known));
    await forgetKey(tx, known.public_key);
    const intruder = sideOf(match.known);
    const row = await this.admissions.admit(
      tx,
      { publicKey: known.public_key, facts: intruder.facts, from: intruder.from ?? '' },
      {
        group_id: known.group_id,
        nickname: null,
        installer_id: known.installer_id,
        set_up_by: known.set_up_by,
        password_stored: 0,
        subject: { kind: 'deviceMatch', id: match.id, name: '' },
        waitingFor: 'identity',
        note: { apartFrom: known.id, keyFingerprint: fingerprintOf(known.public_key) },
      },
    );
    return { device: known.id, other: row.id };
  }

  /** The device is the first computer again; the other one is told to make a key of its own when it connects next. */
  private async restoreHardware(tx: WriteTransaction, match: DeviceMatchRow, known: DeviceRow): Promise<void> {
    const side = sideOf(match.known);
    // The one that is connected stays so; the other one learns at its next try.
    if (hardwareKey(hardwareOf(side.facts)) === hardwareKey(hardwareOf(sideOf(match.other).facts))) return;
    tx.afterCommit(() => this.whereabouts.disconnect(known.id));
    await changeKey(tx, this.events, known, { publicKey: known.public_key, facts: side.facts });
    await forgetKey(tx, known.public_key);
  }
}

const sideOf = (text: string): KeptSide => JSON.parse(text) as KeptSide;
const nameOf = (row: DeviceRow): string => row.nickname ?? row.host_name;

/** How the computer came, of the device that it was until now. */
const wayIn = (kept: DeviceRow, came: DeviceRow): Partial<DeviceRow> => ({
  installer_id: came.installer_id ?? kept.installer_id,
  set_up_by: came.set_up_by,
  password_stored: came.password_stored,
  access_blocked: came.access_blocked,
  ...(kept.state === 'active' || kept.state === 'blocked'
    ? { state: came.access_blocked === 1 ? ('blocked' as const) : ('active' as const) }
    : {}),
});

/** A device that was held back only because of the question may be worked with again. */
function trusted(row: DeviceRow): Partial<DeviceRow> {
  if (row.state !== 'waiting' || row.waiting_for !== 'identity') return {};
  return { state: row.access_blocked === 1 ? 'blocked' : 'active', waiting_for: null };
}
