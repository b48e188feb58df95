import type { DeviceComparison } from '#protocol/device-matches.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { compare, hardwareOf } from '../endpoints/hardware.ts';
import { fingerprintOf } from '../endpoints/public-key.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store, WriteTransaction } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { MatchDecisions } from './match-decisions.ts';
import { describe, keptSideOf, type MatchQuestions } from './match-rows.ts';
import type { MatchSides } from './match-sides.ts';
import type { Whereabouts } from './whereabouts.ts';

export interface DeviceMergeParts {
  readonly store: Store;
  readonly permissions: PermissionService;
  readonly decisions: MatchDecisions;
  readonly questions: MatchQuestions;
  readonly sides: MatchSides;
  readonly whereabouts: Whereabouts;
}

/** Two devices of which a technician knows that they are one computer, though the hub never asked. */
export class DeviceMerges {
  private readonly parts: DeviceMergeParts;

  constructor(parts: DeviceMergeParts) {
    this.parts = parts;
  }

  /** @throws LatchkeyError `permission.switchedOff`, `device.notFound`, `deviceMatch.sameDevice`, `deviceMatch.deviceGone` */
  async compare(actor: TechnicianActor, one: string, other: string): Promise<DeviceComparison> {
    const { store, permissions, sides, whereabouts } = this.parts;
    permissions.require(actor, 'enrolment.approve');
    const [first, second] = await this.read(store.read, actor, one, other);
    const rows = first.joined_at <= second.joined_at ? ([first, second] as const) : ([second, first] as const);
    const [before, after] = rows.map(factsOf) as [DeviceFacts, DeviceFacts];
    const { agrees, differs } = compare(hardwareOf(before), hardwareOf(after));
    const [older, newer] = await sides.show(
      rows.map((row) => ({ kept: keptSideOf(row, whereabouts.lastSeen(row), whereabouts.from(row.id)), row })),
    );
    return {
      agrees: [...agrees],
      differs: [...differs],
      devices: [older!, newer!],
      holder: this.holderOf(...rows).id,
    };
  }

  /**
   * @throws LatchkeyError `permission.switchedOff`, `device.notFound`, `deviceMatch.sameDevice`, `deviceMatch.deviceGone`,
   *   `deviceMatch.bothOnline`
   */
  merge(actor: TechnicianActor, keep: string, goes: string): Promise<{ device: string }> {
    const { store, permissions, decisions, questions, whereabouts } = this.parts;
    permissions.require(actor, 'enrolment.approve');
    permissions.require(actor, 'device.delete');
    return store.write(async (tx) => {
      const [kept, gone] = await this.read(tx.db, actor, keep, goes);
      if (whereabouts.isHere(kept.id) && whereabouts.isHere(gone.id)) {
        throw new LatchkeyError('deviceMatch.bothOnline', { device: nameOf(kept), other: nameOf(gone) });
      }
      const holder = this.holderOf(kept, gone);
      await decisions.merge(tx, { kept, gone, holder });
      await this.answerQuestions(tx, actor, kept.id, gone.id);
      await tx.audit({
        actor,
        action: 'deviceMatch.merge',
        devices: [kept.id, gone.id],
        subject: { kind: 'device', id: kept.id, name: nameOf(kept) },
        before: { device: gone.id, nickname: gone.nickname, group: gone.group_id, ...describe(factsOf(gone)) },
        after: {
          device: kept.id,
          nickname: kept.nickname ?? gone.nickname,
          group: kept.group_id,
          keyFingerprint: fingerprintOf(holder.public_key),
        },
      });
      questions.tell(tx);
      return { device: kept.id };
    });
  }

  /** Which of both the computer is now: the one that is connected, else the one seen last. */
  private holderOf(one: DeviceRow, other: DeviceRow): DeviceRow {
    const { whereabouts } = this.parts;
    const here = [one, other].find(({ id }) => whereabouts.isHere(id));
    const seen = (row: DeviceRow): number => whereabouts.lastSeen(row) ?? row.joined_at;
    return here ?? (seen(one) > seen(other) ? one : other);
  }

  private async read(
    db: Store['read'],
    actor: TechnicianActor,
    one: string,
    other: string,
  ): Promise<[DeviceRow, DeviceRow]> {
    if (one === other) throw new LatchkeyError('deviceMatch.sameDevice');
    const rows = await db.selectFrom('devices').selectAll().where('id', 'in', [one, other]).execute();
    const find = (id: string): DeviceRow => {
      const row = rows.find((each) => each.id === id);
      if (!row || row.deleted_at !== null || !hasGroup(actor, row.group_id)) {
        throw new LatchkeyError('device.notFound', { device: id });
      }
      if (row.state === 'removing') throw new LatchkeyError('deviceMatch.deviceGone', { device: nameOf(row) });
      return row;
    };
    return [find(one), find(other)];
  }

  /** What was asked about the two is answered by this. */
  private async answerQuestions({ db }: WriteTransaction, actor: TechnicianActor, one: string, other: string) {
    await db
      .updateTable('device_matches')
      .set({ decision: 'same', decided_at: Date.now(), decided_by: actor.name })
      .where('decision', 'is', null)
      .where('device_id', 'in', [one, other])
      .where('other_id', 'in', [one, other])
      .execute();
  }
}

const factsOf = (row: DeviceRow): DeviceFacts => JSON.parse(row.facts) as DeviceFacts;
const nameOf = (row: DeviceRow): string => row.nickname ?? row.host_name;
