import type { CancellationToken } from '#jsonrpc';
import { deviceName } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ResultOf } from '#protocol/messages.ts';
import type { Sealed } from '#protocol/sealed.ts';
import { endpointSessionNotifications, endpointSessionRequests } from '#protocol/sessions.ts';
import type { LiveEndpoint, LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { PresenceTracker } from '../presence/presence-tracker.ts';
import type { Store } from '../store/store.ts';
import type { DeviceRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchConnection } from '../workbench/workbench-connection.ts';
import { LiveSession, type SessionDevice } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionAccess } from './session-access.ts';
import { openTimeout, type SessionComputers } from './session-computers.ts';
import type { SessionEndings } from './session-endings.ts';
import type { SessionEntries } from './session-entries.ts';
import type { SessionParticipation } from './session-participation.ts';

/** Seconds that a computer has to check an account: its system may ask a domain. */
const signInTimeout = 60;
/** So many refused accounts end a session. */
const mostRefusedAccounts = 3;

export interface SessionStartsParts {
  readonly store: Store;
  readonly live: LiveSessions;
  readonly endpoints: LiveEndpoints;
  readonly access: SessionAccess;
  readonly entries: SessionEntries;
  readonly endings: SessionEndings;
  readonly participation: SessionParticipation;
  readonly computers: SessionComputers;
  readonly presence: PresenceTracker;
}

export interface StartCall {
  readonly actor: TechnicianActor;
  readonly connection: WorkbenchConnection;
  readonly token: CancellationToken;
}

/** How sessions begin on devices that are set up. */
export class SessionStarts {
  private readonly parts: SessionStartsParts;
  /** Devices on which a session is being opened: one at a time. */
  private readonly opening = new Map<string, { readonly technician: string; readonly done: Promise<LiveSession> }>();

  constructor(parts: SessionStartsParts) {
    this.parts = parts;
  }

  /**
   * Opens a session on the device; one's own that goes on there is joined.
   * @throws LatchkeyError `device.notFound`, `permission.switchedOff`, `session.blocked`, `session.deviceNotActive`,
   *   `session.deviceBusy`, `session.notOffered`, `device.offline`
   */
  async start(call: StartCall, device: string): Promise<LiveSession> {
    const { actor, connection } = call;
    const { live, participation, access } = this.parts;
    const row = await this.usable(actor, device);
    const running = live.onDevice(device);
    if (running) {
      if (running.technician.id !== actor.id && !running.isParticipant(actor.id)) {
        throw new LatchkeyError('session.deviceBusy', {
          device: deviceName(named(row)),
          technician: running.controller,
        });
      }
      await participation.join(actor, connection, running);
      return running;
    }
    const opening = this.opening.get(device);
    if (opening) {
      if (opening.technician !== actor.id) {
        const technician = access.nameOf(opening.technician);
        throw new LatchkeyError('session.deviceBusy', { device: deviceName(named(row)), technician });
      }
      const session = await opening.done;
      await participation.join(actor, connection, session);
      return session;
    }
    const done = this.open(call, row).finally(() => this.opening.delete(device));
    this.opening.set(device, { technician: actor.id, done });
    return done;
  }

  /**
   * Has the computer check an account, which is sealed for it alone.
   * @throws LatchkeyError `session.notInControl`, `session.interrupted`, `session.accountRefused`
   */
  async signIn(actor: TechnicianActor, session: LiveSession, account: Sealed): Promise<void> {
    const { access, live, entries, endings } = this.parts;
    access.requireTakePart(actor, session);
    access.requireControl(actor.id, session);
    if (session.state === 'active') return;
    const { peer, id } = session;
    if (session.state !== 'signingIn' || !peer) throw new LatchkeyError('session.interrupted');
    try {
      await peer.rpc.request(endpointSessionRequests.signIn, { session: id, account }, { timeout: signInTimeout });
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === 'rpc.closed') throw new LatchkeyError('session.interrupted');
      if (!(error instanceof LatchkeyError) || error.code !== 'session.accountRefused') throw error;
      await entries.record(session, { actor, action: 'session.signIn', outcome: 'refused' });
      const left = mostRefusedAccounts - ++session.refusedAccounts;
      if (left <= 0) await endings.end(session, 'signInFailed', actor);
      throw new LatchkeyError('session.accountRefused', { ...error.args, left });
    }
    if (session.isOver) throw new LatchkeyError('session.ended', { session: id });
    if (session.startedAt !== null) return;
    session.state = 'active';
    session.startedAt = Date.now();
    live.changed(session);
    await entries.record(session, { actor, action: 'session.signIn' });
  }

  private async open({ actor, connection, token }: StartCall, row: DeviceRow): Promise<LiveSession> {
    const { live, endpoints, access, entries, participation, computers, presence } = this.parts;
    const endpoint = endpoints.get(row.id);
    const offline = new LatchkeyError('device.offline', { device: deviceName(named(row)) });
    if (!endpoint) throw offline;
    const session = new LiveSession({ id: actor.id, name: access.nameOf(actor.id) }, targetOf(row));
    participation.enter(actor, connection, session);
    try {
      const { sealingKey, storedPasswordRefused = false } = await this.openThere(session, endpoint, row, token);
      // What has changed while the computer was asked counts.
      const now = await this.usable(connection.actor, row.id);
      if (endpoint.rpc.isClosed || endpoints.get(row.id) !== endpoint) throw offline;
      session.target!.group = now.group_id;
      session.sealingKey = sealingKey;
      session.storedPasswordRefused = storedPasswordRefused;
      session.state = sealingKey === null ? 'active' : 'signingIn';
      session.startedAt = sealingKey === null ? Date.now() : null;
    } catch (error) {
      session.stopWaiting();
      session.state = 'ended';
      endpoint.rpc.notify(endpointSessionNotifications.ended, { session: session.id, end: 'technician' });
      throw error;
    }
    computers.attach(session, endpoint);
    live.add(session);
    presence.setInSession(row.id, true);
    live.changed(session);
    await entries.record(session, { actor, action: 'session.start', after: { computer: session.name } });
    return session;
  }

  private async openThere(
    session: LiveSession,
    endpoint: LiveEndpoint,
    row: DeviceRow,
    token: CancellationToken,
  ): Promise<ResultOf<typeof endpointSessionRequests.open>> {
    const device = deviceName(named(row));
    try {
      const options = { timeout: openTimeout, token };
      return await endpoint.rpc.request(endpointSessionRequests.open, session.shown(), options);
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      if (error.code === 'rpc.closed') throw new LatchkeyError('device.offline', { device });
      if (error.code === 'session.blocked') throw new LatchkeyError('session.blocked', { device });
      if (error.code === 'rpc.unknownMethod') throw new LatchkeyError('session.notOffered', { device });
      throw error;
    }
  }

  private async usable(actor: TechnicianActor, id: string): Promise<DeviceRow> {
    const row = await this.parts.store.read
      .selectFrom('devices')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
    if (!row) throw new LatchkeyError('device.notFound', { device: id });
    this.parts.access.requireDevice(actor, targetOf(row));
    const device = deviceName(named(row));
    if (row.state === 'blocked') throw new LatchkeyError('session.blocked', { device });
    if (row.state !== 'active') throw new LatchkeyError('session.deviceNotActive', { device, state: row.state });
    return row;
  }
}

const targetOf = (row: DeviceRow): SessionDevice => ({ id: row.id, group: row.group_id, setUpBy: row.set_up_by });

const named = (row: DeviceRow): { nickname: string | null; hostName: string } => ({
  nickname: row.nickname,
  hostName: row.host_name,
});
