import type { DeviceMatch, MatchDecision } from '#protocol/device-matches.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { compare, hardwareOf } from '../endpoints/hardware.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { Store } from '../store/store.ts';
import type { DeviceMatchRow, DeviceRow } from '../store/tables.ts';
import { hasGroup, type TechnicianActor } from '../workbench/technician-actor.ts';
import type { MatchDecisions, Settled } from './match-decisions.ts';
import type { KeptSide, MatchQuestions } from './match-rows.ts';
import type { MatchSides } from './match-sides.ts';

/** An open question, and the devices of both sides as they are now. */
export interface OpenMatch {
  readonly match: DeviceMatchRow;
  readonly known: DeviceRow;
  readonly other: DeviceRow | undefined;
}

/** What technicians ask of doubtful matches, and answer. */
export class DeviceMatchService {
  private readonly store: Store;
  private readonly permissions: PermissionService;
  private readonly decisions: MatchDecisions;
  private readonly questions: MatchQuestions;
  private readonly sides: MatchSides;

  constructor(
    store: Store,
    permissions: PermissionService,
    decisions: MatchDecisions,
    questions: MatchQuestions,
    sides: MatchSides,
  ) {
    this.store = store;
    this.permissions = permissions;
    this.decisions = decisions;
    this.questions = questions;
    this.sides = sides;
  }

  /** All that are open, newest first, whoever may see them. One whose device is gone is no question any more. */
  async open(db = this.store.read): Promise<OpenMatch[]> {
    const matches = await db
      .selectFrom('device_matches')
      .selectAll()
      .where('decision', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    const rows = await readDevices(db, matches);
    return matches.flatMap((match) => {
      const known = rows.get(match.device_id);
      const other = match.other_id === null ? undefined : rows.get(match.other_id);
      return known && (match.other_id === null || other) ? [{ match, known, other }] : [];
    });
  }

  /** @throws LatchkeyError `permission.switchedOff` */
  async list(actor: TechnicianActor): Promise<DeviceMatch[]> {
    this.permissions.require(actor, 'enrolment.approve');
    const open = (await this.open()).filter((each) => mayDecide(actor, each));
    const sides = await this.sides.show(
      open.flatMap(({ match, known, other }) => [
        { kept: sideOf(match.known), row: known },
        { kept: sideOf(match.other), row: other },
      ]),
    );
    return open.map(({ match }, index) => {
      const [before, after] = [sideOf(match.known), sideOf(match.other)];
      const { agrees, differs } = compare(hardwareOf(before.facts), hardwareOf(after.facts));
      const { id, kind, reason, created_at: at } = match;
      return {
        ...{ id, kind, reason, at, agrees: [...agrees], differs: [...differs] },
        known: sides[index * 2]!,
        other: sides[index * 2 + 1]!,
      };
    });
  }

  /** @throws LatchkeyError `permission.switchedOff`, `deviceMatch.notFound`, `deviceMatch.decided`, `deviceMatch.deviceGone` */
  decide(actor: TechnicianActor, id: string, decision: MatchDecision): Promise<Settled> {
    this.permissions.require(actor, 'enrolment.approve');
    return this.store.write(async (tx) => {
      const match = await tx.db.selectFrom('device_matches').selectAll().where('id', '=', id).executeTakeFirst();
      if (!match) throw new LatchkeyError('deviceMatch.notFound', { match: id });
      const rows = await readDevices(tx.db, [match], true);
      const known = rows.get(match.device_id);
      const other = match.other_id === null ? undefined : rows.get(match.other_id);
      if (!known || !mayDecide(actor, { match, known, other })) {
        throw new LatchkeyError('deviceMatch.notFound', { match: id });
      }
      if (match.decision !== null)
        throw new LatchkeyError('deviceMatch.decided', { technician: match.decided_by ?? '' });
      const gone = [known, ...(other ? [other] : [])].find((row) => row.deleted_at !== null);
      if (gone) throw new LatchkeyError('deviceMatch.deviceGone', { device: gone.nickname ?? gone.host_name });
      await tx.db
        .updateTable('device_matches')
        .set({ decision, decided_at: Date.now(), decided_by: actor.name })
        .where('id', '=', id)
        .execute();
      const settled = await this.decisions.carryOut(tx, match, { known, other }, decision);
      const involved = [match.device_id, match.other_id, settled.other].filter((each) => each !== null);
      await tx.audit({
        actor,
        action: 'deviceMatch.decide',
        devices: involved,
        subject: { kind: 'deviceMatch', id, name: '' },
        before: { known: known.host_name, other: sideOf(match.other).facts.hostName },
        after: { decision, device: settled.device, ...(settled.other !== null && { other: settled.other }) },
      });
      this.questions.tell(tx);
      return settled;
    });
  }
}

/** Whether the actor is assigned to the groups of both sides. */
export const mayDecide = (actor: TechnicianActor, { known, other }: OpenMatch): boolean =>
  hasGroup(actor, known.group_id) && (other === undefined || hasGroup(actor, other.group_id));

const sideOf = (text: string): KeptSide => JSON.parse(text) as KeptSide;

/** Rows in one statement. */
const rowsAtOnce = 500;

async function readDevices(
  db: Store['read'],
  matches: readonly DeviceMatchRow[],
  deletedToo = false,
): Promise<Map<string, DeviceRow>> {
  const ids = [...new Set(matches.flatMap(({ device_id, other_id }) => [device_id, ...(other_id ? [other_id] : [])]))];
  const rows = new Map<string, DeviceRow>();
  for (let start = 0; start < ids.length; start += rowsAtOnce) {
    let query = db
      .selectFrom('devices')
      .selectAll()
      .where('id', 'in', ids.slice(start, start + rowsAtOnce));
    if (!deletedToo) query = query.where('deleted_at', 'is', null);
    for (const row of await query.execute()) rows.set(row.id, row);
  }
  return rows;
}
