import { Subject, type Observable } from 'rxjs';
import type { DeviceCallKind } from '#protocol/device-actions.ts';
import { endpointRequests } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import type { EndpointService } from '../endpoints/endpoint-service.ts';
import type { LiveEndpoint, LiveEndpoints } from '../endpoints/live-endpoints.ts';
import type { HubPart } from '../hub-part.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import type { SessionEndings } from '../sessions/session-endings.ts';
import type { Actor } from '../store/audit-writer.ts';
import type { Store } from '../store/store.ts';
import type { DeviceJobRow } from '../store/tables.ts';
import type { CallOutcome, CallOutcomes } from './call-outcomes.ts';
import { actionOf } from './job-rows.ts';

/** Devices that are asked at the same time. */
const mostAtOnce = 200;
/** Milliseconds that devices have to come back after the hub itself was started anew. */
const returnAfterRestart = 120_000;
/** The code with which a connection is closed so that a new one comes about. */
const resetCode = 4001;

/** What is asked of one device. */
export interface EndpointCall {
  readonly job: DeviceJobRow;
  readonly device: string;
  /** The name that it goes by. */
  readonly name: string;
}

export interface EndpointCallParts {
  readonly store: Store;
  readonly live: LiveEndpoints;
  readonly endpoints: EndpointService;
  readonly sessions: LiveSessions;
  readonly endings: SessionEndings;
  readonly outcomes: CallOutcomes;
  readonly onError: (error: unknown) => string;
  /** Seconds that a device has to say how it is, and to connect anew. */
  readonly patience: { readonly answer: number; readonly return: number };
}

export const isCall = (kind: string): kind is DeviceCallKind => kind === 'refresh' || kind === 'reset';

/** Asks devices for their part of an action, many at a time, none for longer than it has. */
export class EndpointCalls implements HubPart, EndpointHandlers {
  private readonly parts: EndpointCallParts;
  private readonly waiting: EndpointCall[] = [];
  private readonly returning = new Map<string, Set<() => void>>();
  private readonly lost = new Subject<string>();
  private running = 0;
  private stopping = false;
  /** A device that was lost before it had done its part, and for which that is queued. */
  readonly lost$: Observable<string> = this.lost;

  constructor(parts: EndpointCallParts) {
    this.parts = parts;
  }

  /**
   * Takes up what a hub left that was stopped. Facts are asked for again. Who was being reset has lost its connection with
   * the hub, if not before: coming back is all that is left. Nobody is connected yet, so everybody gets time to be.
   */
  async start(): Promise<void> {
    const { store } = this.parts;
    const rows = await store.read.selectFrom('device_jobs').selectAll().where('finished_at', 'is', null).execute();
    for (const job of rows.filter((row) => isCall(actionOf(row).kind))) {
      const left = await store.read
        .selectFrom('device_job_devices as j')
        .leftJoin('devices', 'devices.id', 'j.device_id')
        .select(['j.device_id', 'nickname', 'host_name', 'j.started_at'])
        .where('j.job_id', '=', job.id)
        .where('j.state', '=', 'pending')
        .execute();
      if (left.length === 0) continue;
      const resets = actionOf(job).kind === 'reset';
      await store.write(async ({ db }) => {
        const expires_at = Math.max(job.expires_at ?? 0, Date.now() + returnAfterRestart);
        await db.updateTable('device_jobs').set({ expires_at }).where('id', '=', job.id).execute();
        if (resets) return;
        await db
          .updateTable('device_job_devices')
          .set({ started_at: null })
          .where('job_id', '=', job.id)
          .where('state', '=', 'pending')
          .execute();
      });
      if (!resets) continue;
      for (const { device_id, nickname, host_name, started_at } of left) {
        if (started_at === null) continue;
        const call = { job, device: device_id, name: nickname ?? host_name ?? device_id };
        void this.settle(call, () => this.untilBack(call, returnAfterRestart));
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.waiting.length = 0;
    await this.parts.outcomes.flush();
  }

  entered({ device }: LiveEndpoint): void {
    for (const back of this.returning.get(device) ?? []) back();
  }

  add(calls: readonly EndpointCall[]): void {
    this.waiting.push(...calls);
    while (this.running < mostAtOnce && this.waiting.length > 0 && !this.stopping) void this.work();
  }

  private async work(): Promise<void> {
    this.running++;
    try {
      for (let call = this.waiting.shift(); call && !this.stopping; call = this.waiting.shift()) {
        const next = call;
        await this.settle(next, () => (actionOf(next.job).kind === 'reset' ? this.reset(next) : this.refresh(next)));
      }
    } finally {
      this.running--;
    }
  }

  private async settle(call: EndpointCall, perform: () => Promise<void>): Promise<void> {
    const { outcomes } = this.parts;
    const outcome = await perform().then(
      (): CallOutcome => ({ job: call.job.id, device: call.device, state: 'done', problem: null }),
      (error: unknown) => this.failed(call, error),
    );
    // What a stopping hub has cut short is as it was: the next one takes it up.
    if (this.stopping && outcome.state !== 'done') return;
    await outcomes.add(outcome);
    if (outcome.state === 'queued') this.lost.next(call.device);
  }

  private failed({ job, device, name }: EndpointCall, error: unknown): CallOutcome {
    const of = (problem: LatchkeyError): CallOutcome => ({
      job: job.id,
      device,
      state: 'failed',
      problem: problem.toData(),
    });
    if (!(error instanceof LatchkeyError)) {
      return of(new LatchkeyError('internal', { reference: this.parts.onError(error) }));
    }
    if (error.code === 'rpc.timeout') {
      return of(new LatchkeyError('device.noAnswer', { device: name, seconds: this.parts.patience.answer }));
    }
    if (error.code !== 'rpc.closed' && error.code !== 'device.offline') return of(error);
    if (job.expires_at !== null && job.expires_at > Date.now()) {
      return { job: job.id, device, state: 'queued', problem: null };
    }
    return of(new LatchkeyError('device.offline', { device: name }));
  }

  private async refresh({ device }: EndpointCall): Promise<void> {
    const { live, endpoints, patience } = this.parts;
    const endpoint = live.get(device);
    if (!endpoint) throw new LatchkeyError('device.offline', { device });
    const facts = await endpoint.rpc.request(endpointRequests.facts, {}, { timeout: patience.answer });
    await endpoints.factsChanged(endpoint, facts);
  }

  private async reset(call: EndpointCall): Promise<void> {
    const { live, sessions, endings, patience } = this.parts;
    const { job, device } = call;
    const endpoint = live.get(device);
    if (!endpoint) throw new LatchkeyError('device.offline', { device });
    const by: Actor = { kind: 'technician', id: job.technician_id, name: job.technician_name, from: job.address };
    const session = sessions.onDevice(device);
    if (session) await endings.end(session, 'device', by, job.technician_name);
    const back = this.untilBack(call, patience.return * 1000);
    endpoint.close(resetCode, 'Connect anew');
    await back;
  }

  private untilBack({ device, name }: EndpointCall, milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiters = this.returning.get(device) ?? new Set();
      this.returning.set(device, waiters);
      const back = (): void => {
        clearTimeout(timer);
        waiters.delete(back);
        if (waiters.size === 0) this.returning.delete(device);
        resolve();
      };
      const timer = setTimeout(() => {
        const seconds = Math.round(milliseconds / 1000);
        reject(new LatchkeyError('device.noReturn', { device: name, seconds }));
        back();
      }, milliseconds);
      timer.unref();
      waiters.add(back);
    });
  }
}
