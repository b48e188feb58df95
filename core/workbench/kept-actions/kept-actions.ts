import { BehaviorSubject, distinctUntilChanged, filter, type Observable } from 'rxjs';
import { newId } from '#core/base/ids.ts';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DeviceActionOutcome, DeviceActionService } from '../device-actions/device-action-service.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { valueOf, wantedBy, type KeepableAction, type KeptAction, type KeptDevice } from './kept-action.ts';

/** The most that wait at once: a machine's storage is small. */
const mostKept = 20;

/** What became of what was kept, now that the hub is back. */
export interface KeptOutcome {
  /** Devices that were changed. */
  readonly done: number;
  /** Devices that somebody has to decide about. */
  readonly undecided: number;
  /** Why the hub refused, where it did. */
  readonly problem?: LatchkeyError | undefined;
}

export interface KeptActionsParts {
  readonly connection: HubConnection;
  readonly replica: DeviceReplica;
  readonly actions: DeviceActionService;
  readonly storage: WorkbenchStorage;
}

/**
 * Moves and renames that were asked for while the hub was away. They are kept on this machine, over a reload too, and done when
 * the hub is back, where a device still is as it was; where it is not, a technician decides.
 */
export class KeptActions {
  private readonly parts: KeptActionsParts;
  private readonly kept = new BehaviorSubject<readonly KeptAction[]>([]);
  private owner: string | undefined;
  private applying: Promise<KeptOutcome> | undefined;
  readonly kept$: Observable<readonly KeptAction[]> = this.kept;

  constructor(parts: KeptActionsParts) {
    this.parts = parts;
  }

  /** @param tell called with what became of it, each time that the hub is back and something was kept */
  start(tell: (outcome: KeptOutcome) => void): Disposable {
    const { replica } = this.parts;
    const live = replica.state$.pipe(
      distinctUntilChanged(),
      filter((state) => state !== 'empty'),
    );
    const subscription = live.subscribe((state) => {
      this.read();
      if (state === 'live' && this.waiting.length > 0) void this.applyAll().then(tell);
    });
    return toDisposable(() => subscription.unsubscribe());
  }

  get all(): readonly KeptAction[] {
    return this.kept.value;
  }

  has(id: string): boolean {
    return this.all.some((each) => each.id === id);
  }

  private get waiting(): readonly KeptAction[] {
    return this.all.filter(({ undecided }) => !undecided);
  }

  /** Whether an action would have to wait: the hub is away, and there are devices to act on. */
  get isAway(): boolean {
    const { state } = this.parts.connection.currentStatus;
    return (state === 'offline' || state === 'connecting') && this.parts.replica.size > 0 && this.owner !== undefined;
  }

  /** @throws LatchkeyError `device.notFound`, `keptAction.tooMany` */
  keep(action: KeepableAction, devices: readonly string[]): KeptAction {
    if (this.all.length >= mostKept) throw new LatchkeyError('keptAction.tooMany', { most: mostKept });
    const { replica } = this.parts;
    const found = devices.map((id): KeptDevice => {
      const entry = replica.get(id);
      if (!entry) throw new LatchkeyError('device.notFound', { device: id });
      return { id, name: entry.name, before: valueOf(action, entry) };
    });
    const kept: KeptAction = { id: newId(), action, devices: found, keptAt: Date.now() };
    this.write([...this.all, kept]);
    return kept;
  }

  /** Does it all the same, whatever the devices have become. @throws LatchkeyError as `DeviceActionService.act` */
  async insist(id: string): Promise<DeviceActionOutcome> {
    const { action, devices } = this.find(id);
    const there = devices.filter((device) => this.parts.replica.get(device.id) !== undefined);
    if (there.length === 0) throw new LatchkeyError('keptAction.devicesGone');
    const outcome = await this.parts.actions.act(
      action,
      there.map((device) => device.id),
    );
    this.drop(id);
    return outcome;
  }

  /** Gives it up: the devices stay as they are. */
  drop(id: string): void {
    this.write(this.all.filter((each) => each.id !== id));
  }

  /** @throws LatchkeyError `keptAction.notFound` */
  private find(id: string): KeptAction {
    const found = this.all.find((each) => each.id === id);
    if (!found) throw new LatchkeyError('keptAction.notFound');
    return found;
  }

  private applyAll(): Promise<KeptOutcome> {
    return (this.applying ??= this.applyEach().finally(() => (this.applying = undefined)));
  }

  private async applyEach(): Promise<KeptOutcome> {
    let done = 0;
    let undecided = 0;
    let problem: LatchkeyError | undefined;
    for (const each of this.waiting) {
      const { asBefore, others } = this.compare(each);
      try {
        if (asBefore.length > 0) {
          const ids = asBefore.map(({ id }) => id);
          const { results } = await this.parts.actions.act(each.action, ids, { job: each.id });
          const failed = new Set(results.filter(({ state }) => state === 'failed').map(({ device }) => device));
          others.push(...asBefore.filter(({ id }) => failed.has(id)));
          done += ids.length - failed.size;
        }
      } catch (error) {
        if (!(error instanceof LatchkeyError)) throw error;
        // Away again: it stays as it is, until the next time.
        if (error.code === 'hub.unreachable' || error.code === 'rpc.closed') break;
        problem = error;
        others.push(...asBefore);
      }
      undecided += others.length;
      const rest = this.all.filter(({ id }) => id !== each.id);
      // Under a number of its own: the first one has had its job.
      const left = { ...each, id: newId(), devices: others, undecided: true };
      this.write(others.length > 0 ? [...rest, left] : rest);
    }
    return { done, undecided, problem };
  }

  /** Devices that are as they were, and those that are not; one that is as wanted already needs nothing. */
  private compare({ action, devices }: KeptAction): { asBefore: KeptDevice[]; others: KeptDevice[] } {
    const asBefore: KeptDevice[] = [];
    const others: KeptDevice[] = [];
    for (const device of devices) {
      const entry = this.parts.replica.get(device.id);
      const now = entry && valueOf(action, entry);
      if (entry && now === wantedBy(action)) continue;
      if (entry && now === device.before) asBefore.push(device);
      else others.push(device);
    }
    return { asBefore, others };
  }

  /** Of whoever the replica is of now. */
  private read(): void {
    const owner = this.parts.replica.ownerId;
    if (owner === this.owner) return;
    this.owner = owner;
    this.kept.next((owner === undefined ? undefined : this.parts.storage.get<KeptAction[]>(`kept.${owner}`)) ?? []);
  }

  private write(kept: readonly KeptAction[]): void {
    if (this.owner !== undefined) this.parts.storage.set(`kept.${this.owner}`, kept.length > 0 ? kept : undefined);
    this.kept.next(kept);
  }
}
