import { filter, firstValueFrom, Subject, type Observable } from 'rxjs';
import type { CancellationToken } from '#jsonrpc';
import { newId } from '#core/base/ids.ts';
import {
  deviceActionNotifications,
  deviceActionRequests,
  type DeviceAction,
  type DeviceActionResult,
  type DeviceJob,
} from '#protocol/device-actions.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ProgressReport, RequestContract } from '#protocol/messages.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';

export interface DeviceActionOptions {
  /** The job's identifier, where it has one already: asked for twice, it is one job. */
  readonly job?: string | undefined;
  /** Stops what has not happened yet; what has is in the outcome. */
  readonly token?: CancellationToken | undefined;
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
}

export interface DeviceActionOutcome {
  readonly job: DeviceJob;
  readonly results: readonly DeviceActionResult[];
}

/** Jobs that can be taken back, or tried again, without naming them. */
const mostRemembered = 50;

/**
 * Has the hub act on devices, and waits for what becomes of it, through lost connections too. Sets
 * `deviceActions.undoable` and `deviceActions.failed` for when-clauses: whether `device.undo` and `device.retry` have
 * something to do.
 */
export class DeviceActionService {
  private readonly connection: HubConnection;
  private readonly contextKeys: ContextKeyService;
  /** The last one last. */
  private undoable: string[] = [];
  private failed: string[] = [];
  /** Jobs of this workbench of which something waits for devices. */
  private readonly waiting = new Set<string>();
  private readonly changes = new Subject<void>();
  private readonly ended = new Subject<DeviceActionOutcome>();
  /** A job of the technician's has changed, or what waits for devices. */
  readonly changes$: Observable<void> = this.changes;
  /** What waited for devices is over. */
  readonly ended$: Observable<DeviceActionOutcome> = this.ended;

  constructor(connection: HubConnection, contextKeys: ContextKeyService) {
    this.connection = connection;
    this.contextKeys = contextKeys;
    connection.on(deviceActionNotifications.queueChanged, () => this.changes.next());
    connection.on(deviceActionNotifications.changed, ({ job }) => {
      this.changes.next();
      // Whoever has cancelled what waited need not be told that it is over.
      const { done, failed } = job.counts;
      if (job.finishedAt !== null && this.waiting.delete(job.id) && done + failed > 0) void this.tellEnded(job);
    });
  }

  get lastUndoable(): string | undefined {
    return this.undoable.at(-1);
  }

  get lastFailed(): string | undefined {
    return this.failed.at(-1);
  }

  /** @throws LatchkeyError where nothing of it may be done at all, or as `HubConnection.request` */
  act(
    action: DeviceAction,
    devices: readonly string[],
    options: DeviceActionOptions = {},
  ): Promise<DeviceActionOutcome> {
    return this.run(
      deviceActionRequests.start,
      { job: options.job ?? newId(), action, devices: [...devices] },
      options,
    );
  }

  /** @throws LatchkeyError `deviceJob.notUndoable`, `deviceJob.notFound`, or as `act` */
  async undo(job: string, options: DeviceActionOptions = {}): Promise<DeviceActionOutcome> {
    const outcome = await this.run(deviceActionRequests.undo, { job: newId(), of: job }, options);
    this.forget('undoable', job);
    return outcome;
  }

  /** @throws LatchkeyError `deviceJob.nothingFailed`, `deviceJob.notFound`, or as `act` */
  async retry(job: string, options: DeviceActionOptions = {}): Promise<DeviceActionOutcome> {
    const outcome = await this.run(deviceActionRequests.retry, { job: newId(), of: job }, options);
    this.forget('failed', job);
    return outcome;
  }

  /**
   * Stops what has not happened yet of a job: for these devices, else for all.
   * @throws LatchkeyError `deviceJob.notFound`, or as `act`
   */
  async cancel(job: string, devices?: readonly string[]): Promise<DeviceJob> {
    const params = { job, ...(devices && { devices: [...devices] }) };
    return this.again(() => this.connection.request(deviceActionRequests.cancel, params));
  }

  private async tellEnded(job: DeviceJob): Promise<void> {
    // Not hearing of it is no harm: the list of what waits shows that it is over.
    const results = await this.connection.request(deviceActionRequests.results, { job: job.id }).catch(() => undefined);
    if (results) this.ended.next({ job, results });
  }

  private async run<P extends { readonly job: string }>(
    contract: RequestContract<P, DeviceJob>,
    params: NoInfer<P>,
    { token, onProgress }: DeviceActionOptions,
  ): Promise<DeviceActionOutcome> {
    const { job } = params;
    await this.again(() => this.connection.request(contract, params));
    const cancel = (): void => {
      void this.again(() => this.connection.request(deviceActionRequests.cancel, { job })).catch(() => {});
    };
    const cancelling = token?.onCancellationRequested(cancel);
    if (token?.isCancellationRequested) cancel();
    try {
      const ended = await this.again(() =>
        this.connection.request(deviceActionRequests.wait, { job }, { timeout: 0, onProgress }),
      );
      const results = await this.again(() => this.connection.request(deviceActionRequests.results, { job }));
      this.remember(ended);
      return { job: ended, results };
    } finally {
      cancelling?.dispose();
    }
  }

  /** What a lost connection kept the answer of is asked once more when the hub is back: the job's identifier is the same. */
  private async again<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof LatchkeyError) || error.code !== 'rpc.closed') throw error;
        const settled = this.connection.status$.pipe(filter(({ state }) => ['online', 'signedOut'].includes(state)));
        await firstValueFrom(settled);
      }
    }
  }

  private remember(job: DeviceJob): void {
    if (job.counts.queued > 0 && job.finishedAt === null) this.waiting.add(job.id);
    if (job.undoable) this.undoable = [...this.undoable, job.id].slice(-mostRemembered);
    if (job.counts.failed > 0) this.failed = [...this.failed, job.id].slice(-mostRemembered);
    this.tell();
  }

  private forget(list: 'undoable' | 'failed', job: string): void {
    this[list] = this[list].filter((each) => each !== job);
    this.tell();
  }

  private tell(): void {
    this.contextKeys.setAll({
      'deviceActions.undoable': this.undoable.length > 0,
      'deviceActions.failed': this.failed.length > 0,
    });
  }
}
