import { LatchkeyError } from '#protocol/errors.ts';
import { endpointSetUpNotifications } from '#protocol/set-ups.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { SessionTimes } from '../sessions/session-times.ts';
import { system, type Actor } from '../store/audit-writer.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import { keptOf } from './kept-set-up.ts';
import { problemOf, type LiveSetUp, type SetUpEnd } from './live-set-up.ts';
import type { LiveSetUps } from './live-set-ups.ts';
import type { SetUpJoin, SetUpTokens } from './set-up-tokens.ts';

/** Milliseconds that a customer app may take to say that the endpoint runs, once it has joined. */
const patience = 30_000;

export interface SetUpCourseParts {
  readonly store: Store;
  readonly setUps: LiveSetUps;
  readonly tokens: SetUpTokens;
  readonly events: DeviceEvents;
  readonly times: SessionTimes;
  readonly onError: (error: unknown) => void;
}

/** The course of a set-up, whatever its method: consent, details, installing, joined; and how it ends before that. */
export class SetUpCourse {
  private readonly parts: SetUpCourseParts;

  constructor(parts: SetUpCourseParts) {
    this.parts = parts;
  }

  /** Resolves when it is put down that it has begun. */
  begin(setUp: LiveSetUp, actor: Actor): Promise<void> {
    this.parts.setUps.add(setUp);
    return this.record(setUp, actor, 'setUp.begin', {
      method: setUp.place.method,
      computer: setUp.facts.hostName,
    });
  }

  /** The customer has answered. */
  answered(setUp: LiveSetUp, { allowed, passwordStored }: { allowed: boolean; passwordStored: boolean }): void {
    if (!allowed) return this.end(setUp, 'declined', null, customerOf(setUp));
    setUp.state = 'details';
    setUp.passwordStored = passwordStored;
    this.changed(setUp);
    void this.record(setUp, customerOf(setUp), 'setUp.consent', { passwordStored }).catch(this.parts.onError);
  }

  /**
   * Everything is known.
   * @returns the token by which the installed endpoint joins, once a hub that is killed now would know it again
   */
  async install(
    setUp: LiveSetUp,
    actor: Actor,
    nickname: string | null,
    group: { readonly id: string; readonly name: string },
  ): Promise<string> {
    setUp.state = 'installing';
    setUp.nickname = nickname;
    setUp.group = group.id;
    setUp.groupName = group.name;
    setUp.installUntil = Date.now() + this.parts.times.install * 1000;
    const token = this.admit(setUp);
    this.changed(setUp);
    await this.record(setUp, actor, 'setUp.install', { nickname, group: group.id });
    return token;
  }

  /** Lets the installed endpoint in, while there is time. @returns the token that it joins with */
  admit(setUp: LiveSetUp): string {
    const { id, technician, passwordStored, facts, group, nickname, place, installUntil } = setUp;
    clearTimeout(setUp.timer);
    setUp.timer = setTimeout(
      () => this.fail(setUp, new LatchkeyError('setUp.timedOut')),
      Math.max(0, installUntil - Date.now()),
    );
    return this.parts.tokens.issue(id, {
      group: group ?? '',
      nickname,
      method: place.method,
      technician,
      passwordStored: passwordStored === true,
      facts,
    });
  }

  /** A computer has joined with a set-up's token. */
  joined({ setUp: id, row }: SetUpJoin): void {
    const setUp = this.parts.setUps.get(id);
    if (!setUp || setUp.isOver) return void this.removeDevice(row).catch(this.parts.onError);
    setUp.joined = row;
    clearTimeout(setUp.timer);
    if (setUp.session && setUp.session.device === null) setUp.session.device = row.id;
    if (setUp.place.method === 'portal' || setUp.installed || !setUp.peer) this.end(setUp, 'done');
    else this.awaitInstalled(setUp);
  }

  /** It has joined: the customer app may take a while to say that all is well. */
  awaitInstalled(setUp: LiveSetUp): void {
    clearTimeout(setUp.timer);
    setUp.timer = setTimeout(() => this.end(setUp, 'done'), patience);
  }

  /** The customer app says that the installed endpoint runs. */
  installed(setUp: LiveSetUp): void {
    setUp.installed = true;
    if (setUp.joined && !setUp.isOver) this.end(setUp, 'done');
  }

  fail(setUp: LiveSetUp, error: LatchkeyError, by: Actor = system): void {
    this.end(setUp, 'failed', error, by);
  }

  cancel(setUp: LiveSetUp, by: Actor, name: string): void {
    this.end(setUp, 'cancelled', new LatchkeyError('setUp.cancelledBy', { name }), by);
  }

  /** Ends it, once; where it is not done, nothing of it stays. */
  end(setUp: LiveSetUp, state: SetUpEnd, error: LatchkeyError | null = null, by: Actor = system): void {
    if (setUp.isOver) return;
    const { tokens, onError } = this.parts;
    setUp.stopWaiting();
    tokens.revoke(setUp.id);
    setUp.state = state;
    setUp.problem = error && problemOf(error);
    // What is done already is not to be undone.
    if (state !== 'done') setUp.asked?.cancel();
    setUp.asked = undefined;
    this.changed(setUp);
    const after = { state, ...(error && { error: error.code }) };
    void this.record(setUp, by, 'setUp.end', after).catch(onError);
    if (state !== 'done' && setUp.joined) void this.removeDevice(setUp.joined).catch(onError);
  }

  /** Undoes one that was done: the customer app says that the installation failed after all. */
  undo(setUp: LiveSetUp, error: LatchkeyError): void {
    const { joined } = setUp;
    if (setUp.state !== 'done' || !joined) return;
    setUp.state = 'failed';
    setUp.problem = problemOf(error);
    this.changed(setUp);
    void this.record(setUp, customerOf(setUp), 'setUp.end', { state: 'failed', error: error.code }).catch(
      this.parts.onError,
    );
    void this.removeDevice(joined).catch(this.parts.onError);
  }

  /** Tells the customer app how it stands, where it does not know yet and can be reached. */
  tell(setUp: LiveSetUp): void {
    const { peer, id, state, problem } = setUp;
    if (!setUp.untold || !peer) return;
    setUp.untold = false;
    peer.rpc.notify(endpointSetUpNotifications.changed, { id, state, problem });
  }

  private changed(setUp: LiveSetUp): void {
    setUp.untold = true;
    this.tell(setUp);
    this.parts.setUps.changed(setUp);
  }

  /** It is over, and nobody looks at it any more. */
  remove(setUp: LiveSetUp): void {
    const { setUps, store, onError } = this.parts;
    setUps.remove(setUp);
    void store.write(({ db }) => db.deleteFrom('set_ups').where('id', '=', setUp.id).execute()).catch(onError);
  }

  /** Writes it as it is at the call, together with the step that made it so. */
  private record(setUp: LiveSetUp, actor: Actor, action: string, after: Record<string, unknown>): Promise<void> {
    const { id } = setUp;
    const devices = setUp.joined ? [setUp.joined.id] : [];
    const subject = { kind: 'setUp', id, name: setUp.facts.hostName };
    const kept = keptOf(setUp);
    return this.parts.store.write(async (tx) => {
      await tx.db
        .insertInto('set_ups')
        .values({ id, kept, device_id: devices[0] ?? null })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ kept }))
        .execute();
      await tx.audit({ actor, action, devices, subject, after });
    });
  }

  /** The endpoint removes itself when it hears of it, now or at its next contact. */
  private removeDevice({ id }: DeviceRow): Promise<void> {
    return this.parts.store.write(async (tx) => {
      const row = await tx.db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row || row.deleted_at !== null) return;
      const change = { deleted_at: Date.now(), seq: await tx.nextSeq() };
      await tx.db.updateTable('devices').set(change).where('id', '=', id).execute();
      await tx.audit({
        actor: system,
        action: 'device.delete',
        devices: [id],
        before: { nickname: row.nickname, hostName: row.host_name, group: row.group_id },
      });
      this.parts.events.announce(tx, { ...row, ...change });
    });
  }
}

/** The customer, as the audit log names whoever sits at the computer. */
export const customerOf = ({ facts, peer, joined }: LiveSetUp): Actor => ({
  kind: 'endpoint',
  id: joined?.id ?? null,
  name: facts.hostName,
  from: peer?.from ?? null,
});
