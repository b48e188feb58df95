import { LatchkeyError } from '#protocol/errors.ts';
import type { HubPart } from '../hub-part.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import { system } from '../store/audit-writer.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow, SetUpRow } from '../store/tables.ts';
import type { AttendedSetUps } from './attended-set-ups.ts';
import { readKept, type KeptSetUp } from './kept-set-up.ts';
import { LiveSetUp, type SetUpPlace } from './live-set-up.ts';
import type { LiveSetUps } from './live-set-ups.ts';
import type { PortalSetUps } from './portal-set-ups.ts';
import type { SetUpCourse } from './set-up-course.ts';
import type { SetUpTokens } from './set-up-tokens.ts';

export interface SetUpRestoringParts {
  readonly store: Store;
  readonly live: LiveSessions;
  readonly setUps: LiveSetUps;
  readonly course: SetUpCourse;
  readonly attended: AttendedSetUps;
  readonly portal: PortalSetUps;
  readonly tokens: SetUpTokens;
}

/**
 * Takes set-ups up again that went on when the hub stopped or was killed: the customer is asked by the dialog that is open, and
 * what is being installed may join. One whose session did not go on has ended.
 */
export class SetUpRestoring implements HubPart {
  private readonly parts: SetUpRestoringParts;

  constructor(parts: SetUpRestoringParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    for (const row of await this.parts.store.read.selectFrom('set_ups').selectAll().execute()) await this.restore(row);
  }

  private async restore(row: SetUpRow): Promise<void> {
    const { setUps, course } = this.parts;
    const kept = readKept(row);
    const joined = row.device_id === null ? undefined : await this.device(row.device_id);
    const place = kept && this.placeOf(kept);
    if (!kept || !place) return this.give(row, kept, joined);
    const { technician, facts, startedAt } = kept;
    const setUp = new LiveSetUp(place, technician, facts, { id: row.id, startedAt });
    Object.assign(setUp, { state: kept.state, passwordStored: kept.passwordStored, problem: kept.problem });
    Object.assign(setUp, { nickname: kept.nickname, group: kept.group, groupName: kept.groupName });
    setUp.installUntil = kept.installUntil;
    setUp.joined = joined;
    setUp.untold = true;
    setUps.restore(setUp);
    if (!setUp.isOver) this.goOn(setUp);
    else if (place.method === 'portal') course.remove(setUp);
  }

  private goOn(setUp: LiveSetUp): void {
    const { course, attended, portal, tokens } = this.parts;
    const { method } = setUp.place;
    if (setUp.state === 'installing') {
      if (setUp.joined && method === 'portal') return this.done(setUp);
      const token = setUp.joined ? tokens.of(setUp.id) : course.admit(setUp);
      if (setUp.joined) course.awaitInstalled(setUp);
      if (method === 'attended') attended.installBy(setUp, token);
    }
    if (method === 'portal') portal.awaitBack(setUp);
  }

  private done(setUp: LiveSetUp): void {
    this.parts.course.end(setUp, 'done');
    this.parts.course.remove(setUp);
  }

  private placeOf({ method, session, publicKey }: KeptSetUp): SetUpPlace | undefined {
    if (method === 'portal') return publicKey === null ? undefined : { method, connection: undefined, publicKey };
    const live = session === null ? undefined : this.parts.live.get(session);
    return live && { method, session: live };
  }

  /** Nobody can go on with it. */
  private give({ id }: SetUpRow, kept: KeptSetUp | undefined, joined: DeviceRow | undefined): Promise<void> {
    const goesOn = kept && ['asking', 'details', 'installing'].includes(kept.state);
    const after = joined ? { state: 'done' } : { state: 'failed', error: new LatchkeyError('setUp.sessionEnded').code };
    return this.parts.store.write(async (tx) => {
      await tx.db.deleteFrom('set_ups').where('id', '=', id).execute();
      if (!goesOn) return;
      const subject = { kind: 'setUp', id, name: kept.facts.hostName };
      await tx.audit({ actor: system, action: 'setUp.end', devices: joined ? [joined.id] : [], subject, after });
    });
  }

  private device(id: string): Promise<DeviceRow | undefined> {
    return this.parts.store.read
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
  }
}
