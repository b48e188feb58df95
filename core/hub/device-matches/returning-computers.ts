import { newId } from '#core/base/ids.ts';
import type { MatchReason } from '#protocol/device-matches.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import { fingerprintOf } from '../endpoints/public-key.ts';
import type { WriteTransaction } from '../store/store.ts';
import type { DeviceRow, InstallerRow } from '../store/tables.ts';
import { findCandidate, type Candidate, type Found } from './candidates.ts';
import { changeKey, forgetRemoval, undeleted } from './key-change.ts';
import { describe, keptSideOf, pairOf, type MatchQuestions } from './match-rows.ts';
import { readMatchSettings } from './match-settings.ts';
import type { Whereabouts } from './whereabouts.ts';

/** A computer that joins with a key that no device has. */
export interface Arrival {
  readonly publicKey: string;
  readonly facts: DeviceFacts;
  readonly from: string;
}

/** By what right it comes. */
export type Entitlement =
  /** The token of this installer. */
  | { readonly kind: 'installer'; readonly installer: InstallerRow }
  /** A technician sets it up, and has said which group and name it is to have. */
  | {
      readonly kind: 'setUp';
      readonly change: Pick<DeviceRow, 'group_id' | 'nickname' | 'set_up_by' | 'password_stored'>;
      /** Whether they may work with the devices of a group. */
      readonly mayUse: (group: string) => boolean;
      readonly technician: { readonly id: string; readonly name: string };
    };

/** Computers that were devices before they came with another key: re-imaged, reinstalled, or deleted and wanted back. */
export class ReturningComputers {
  private readonly events: DeviceEvents;
  private readonly questions: MatchQuestions;
  private readonly whereabouts: Whereabouts;

  constructor(events: DeviceEvents, questions: MatchQuestions, whereabouts: Whereabouts) {
    this.events = events;
    this.questions = questions;
    this.whereabouts = whereabouts;
  }

  /** To be asked once in each join, within its transaction. */
  find({ db }: WriteTransaction, { publicKey, facts }: Arrival): Promise<Found> {
    return findCandidate(db, publicKey, facts);
  }

  /**
   * Lets the computer be the device that it certainly is: its group, name and history, with the computer's new key. Takes
   * no slot of the installer.
   * @returns the device; else why that is a technician's to decide, or undefined where there is nothing to decide
   * @throws LatchkeyError `enrolment.deviceRemoved` where a technician has deleted the device since the installer was made
   */
  async takeOver(
    tx: WriteTransaction,
    { row, certain }: Candidate,
    arrival: Arrival,
    entitlement: Entitlement,
  ): Promise<DeviceRow | MatchReason | undefined> {
    const removedAt = await this.removedAt(tx, row);
    if (removedAt !== undefined) {
      if (!certain || !(await this.isEntitled(tx, row, entitlement))) return undefined;
      requireMadeSince(entitlement, removedAt);
      return this.become(tx, row, arrival, entitlement);
    }
    if (row.deleted_at !== null) {
      const may = certain && (await this.isEntitled(tx, row, entitlement)) && !hasExpired(entitlement);
      return may ? this.become(tx, row, arrival, entitlement) : undefined;
    }
    if (!certain) return 'hardware';
    return (await this.obstacle(tx, row, entitlement)) ?? this.become(tx, row, arrival, entitlement);
  }

  /** A technician is to say whether the device that has just been made is the one that there was. */
  ask(tx: WriteTransaction, candidate: DeviceRow, made: DeviceRow, reason: MatchReason, from: string): Promise<void> {
    return this.questions.ask(tx, {
      kind: 'joined',
      reason,
      pair: pairOf('joined', '', candidate.id, made.id),
      device: candidate,
      other: made.id,
      knownSide: keptSideOf(candidate, this.whereabouts.lastSeen(candidate)),
      otherSide: keptSideOf(made, Date.now(), from),
    });
  }

  /** When a technician had the device removed; undefined where none has. */
  private async removedAt({ db }: WriteTransaction, row: DeviceRow): Promise<number | undefined> {
    if (row.state === 'removing' && row.deleted_at === null) {
      const removal = await db
        .selectFrom('device_removals')
        .select('at')
        .where('device_id', '=', row.id)
        .executeTakeFirst();
      // Where it is not known, no installer is new enough.
      return removal?.at ?? Number.MAX_SAFE_INTEGER;
    }
    return row.deleted_at !== null && row.deleted_by !== 'customer' ? row.deleted_at : undefined;
  }

  private async obstacle(
    tx: WriteTransaction,
    row: DeviceRow,
    entitlement: Entitlement,
  ): Promise<MatchReason | undefined> {
    if (this.whereabouts.isHere(row.id)) return 'connected';
    if (!(await this.isEntitled(tx, row, entitlement))) return 'origin';
    if (hasExpired(entitlement)) return 'expired';
    if (entitlement.kind === 'setUp') return undefined;
    const { takeOver, quietMinutes } = await readMatchSettings(tx.db);
    if (!takeOver) return 'setting';
    const seen = this.whereabouts.lastSeen(row) ?? 0;
    const isQuiet = quietMinutes === 0 || Date.now() - seen >= quietMinutes * 60_000;
    return isQuiet && !this.whereabouts.isComingBack(row) ? undefined : 'recent';
  }

  /**
   * An installer reaches no devices but those of the group that it lets into: those that are there, and those that came
   * through an installer for that group and were moved since.
   */
  private async isEntitled({ db }: WriteTransaction, row: DeviceRow, entitlement: Entitlement): Promise<boolean> {
    if (entitlement.kind === 'setUp') return entitlement.mayUse(row.group_id);
    const { installer } = entitlement;
    if (row.group_id === installer.group_id || row.installer_id === installer.id) return true;
    if (row.installer_id === null) return false;
    const before = await db
      .selectFrom('installers')
      .select('group_id')
      .where('id', '=', row.installer_id)
      .executeTakeFirst();
    return before?.group_id === installer.group_id;
  }

  private async become(
    tx: WriteTransaction,
    row: DeviceRow,
    arrival: Arrival,
    entitlement: Entitlement,
  ): Promise<DeviceRow> {
    const { publicKey, facts, from } = arrival;
    const revived = row.deleted_at !== null || row.state === 'removing';
    const wanted = entitlement.kind === 'installer' ? entitlement.installer.group_id : entitlement.change.group_id;
    const group = entitlement.kind === 'setUp' || (await this.isGone(tx, row.group_id)) ? wanted : row.group_id;
    const moved = group !== row.group_id || revived;
    const changed = await changeKey(
      tx,
      this.events,
      row,
      { publicKey, facts },
      {
        ...(revived && undeleted),
        ...(entitlement.kind === 'installer'
          ? { installer_id: entitlement.installer.id, set_up_by: entitlement.installer.set_up_by, password_stored: 0 }
          : { ...entitlement.change, installer_id: null }),
        group_id: group,
        last_seen_at: Date.now(),
      },
    );
    if (moved) {
      await tx.db.updateTable('devices').set({ moved_seq: changed.seq }).where('id', '=', row.id).execute();
      await forgetRemoval(tx, row.id);
    }
    if (entitlement.kind === 'installer') {
      const use = { id: newId(), installer_id: entitlement.installer.id, device_id: row.id, at: Date.now() };
      await tx.db
        .insertInto('installer_returns')
        .values({ ...use, host_name: facts.hostName, address: from })
        .execute();
    }
    await tx.audit({
      actor: { kind: 'endpoint', id: row.id, name: facts.hostName, from },
      action: 'device.return',
      devices: [row.id],
      subject:
        entitlement.kind === 'installer'
          ? { kind: 'installer', id: entitlement.installer.id, name: entitlement.installer.name ?? '' }
          : { kind: 'technician', id: entitlement.technician.id, name: entitlement.technician.name },
      before: {
        group: row.group_id,
        nickname: row.nickname,
        hostName: row.host_name,
        keyFingerprint: fingerprintOf(row.public_key),
        ...(row.deleted_at !== null && { deletedAt: row.deleted_at }),
      },
      after: {
        group,
        ...(wanted !== group && { installerGroup: wanted }),
        nickname: changed.nickname,
        keyFingerprint: fingerprintOf(publicKey),
        ...describe(facts),
      },
    });
    return changed;
  }

  private async isGone({ db }: WriteTransaction, group: string): Promise<boolean> {
    const row = await db
      .selectFrom('device_groups')
      .select('id')
      .where('id', '=', group)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    return row === undefined;
  }
}

function requireMadeSince(entitlement: Entitlement, removedAt: number): void {
  // A technician who sets it up by hand wants it back.
  if (entitlement.kind === 'setUp' || entitlement.installer.created_at > removedAt) return;
  const at = removedAt === Number.MAX_SAFE_INTEGER ? Date.now() : removedAt;
  throw new LatchkeyError('enrolment.deviceRemoved', { at: new Date(at).toISOString().slice(0, 10) });
}

const hasExpired = (entitlement: Entitlement): boolean =>
  entitlement.kind === 'installer' &&
  entitlement.installer.expires_at !== null &&
  entitlement.installer.expires_at <= Date.now();
