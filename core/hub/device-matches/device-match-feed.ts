import { debounceTime, filter, merge, type Subscription } from 'rxjs';
import { deviceMatchNotifications } from '#protocol/device-matches.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { DeviceEvents } from '../devices/device-events.ts';
import type { HubPart } from '../hub-part.ts';
import type { HubLogger } from '../log/logger.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import { mayDecide, type DeviceMatchService, type OpenMatch } from './device-match-service.ts';
import type { MatchQuestions } from './match-rows.ts';

/** Milliseconds over which changes are gathered. */
const gathered = 100;

export interface DeviceMatchFeedParts {
  readonly matches: DeviceMatchService;
  readonly questions: MatchQuestions;
  readonly events: DeviceEvents;
  readonly directory: TechnicianDirectory;
  readonly permissions: PermissionService;
  readonly connections: WorkbenchConnections;
  readonly logger: HubLogger;
}

/** Tells workbenches how many doubtful matches wait for their technician, whenever that may be another number. */
export class DeviceMatchFeed implements HubPart {
  private readonly parts: DeviceMatchFeedParts;
  private subscription: Subscription | undefined;
  /** The devices of the open ones: what becomes of others makes no difference. */
  private devices = new Set<string>();
  /** What each technician was told last. */
  private told = new Map<string, number>();
  private telling: Promise<void> = Promise.resolve();

  constructor(parts: DeviceMatchFeedParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    const { questions, events, permissions, directory } = this.parts;
    const ofOurs = events.changed$.pipe(filter(({ row }) => this.devices.has(row.id)));
    this.note(await this.parts.matches.open());
    this.subscription = merge(questions.changed$, ofOurs, permissions.changed$, directory.changed$)
      .pipe(debounceTime(gathered))
      .subscribe(() => this.tellSoon());
  }

  async stop(): Promise<void> {
    this.subscription?.unsubscribe();
    await this.telling;
  }

  private tellSoon(): void {
    this.telling = this.telling
      .then(() => this.tell())
      .catch((error: unknown) => {
        if (error instanceof LatchkeyError && error.code === 'hub.stopping') return;
        this.parts.logger.error({ err: error }, 'Doubtful matches could not be told of');
      });
  }

  private async tell(): Promise<void> {
    const { matches, connections } = this.parts;
    const open = await matches.open();
    const before = this.told;
    const changed = this.note(open);
    this.told = new Map();
    for (const { technicianId } of connections) {
      if (this.told.has(technicianId)) continue;
      const count = this.countFor(technicianId, open);
      this.told.set(technicianId, count);
      // The same number of other ones is news too.
      if (!changed && before.get(technicianId) === count) continue;
      connections.notifyTechnician(technicianId, deviceMatchNotifications.changed, { open: count });
    }
  }

  private note(open: readonly OpenMatch[]): boolean {
    const before = this.devices;
    this.devices = new Set(open.flatMap(({ known, other }) => [known.id, ...(other ? [other.id] : [])]));
    return before.size !== this.devices.size || [...before].some((id) => !this.devices.has(id));
  }

  private countFor(technician: string, open: readonly OpenMatch[]): number {
    const { directory, permissions } = this.parts;
    try {
      const actor = directory.actor(technician, null);
      permissions.require(actor, 'enrolment.approve');
      return open.filter((each) => mayDecide(actor, each)).length;
    } catch (error) {
      if (error instanceof LatchkeyError) return 0;
      throw error;
    }
  }
}
