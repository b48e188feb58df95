import { Subject, type Observable } from 'rxjs';
import type { CancellationToken } from '#jsonrpc';
import {
  assignmentRuleNotifications,
  assignmentRuleRequests,
  type AssignmentRule,
  type AssignmentRules,
  type ProposedMove,
} from '#protocol/assignment-rules.ts';
import { maximumActionDevices } from '#protocol/device-actions.ts';
import type { ProgressReport } from '#protocol/messages.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DeviceActionOutcome, DeviceActionService } from '../device-actions/device-action-service.ts';

/** What rules would move. */
export interface RulePreview {
  readonly moves: readonly ProposedMove[];
  readonly devices: number;
  readonly inPlace: number;
  readonly unmatched: number;
  readonly deletedGroups: readonly string[];
}

export interface RuleOptions {
  readonly token?: CancellationToken | undefined;
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
}

/** The rules by which computers get their device group, and moving those that are elsewhere. */
export class AssignmentRuleService {
  private readonly connection: HubConnection;
  private readonly actions: DeviceActionService;
  private readonly changes = new Subject<number>();
  /** The version that is in force from now on: another administrator may have saved it. */
  readonly changed$: Observable<number> = this.changes;

  constructor(connection: HubConnection, actions: DeviceActionService) {
    this.connection = connection;
    this.actions = actions;
    connection.on(assignmentRuleNotifications.changed, ({ version }) => this.changes.next(version));
  }

  /** @throws LatchkeyError `permission.administratorOnly`, or as `HubConnection.request` */
  get(): Promise<AssignmentRules> {
    return this.connection.request(assignmentRuleRequests.get, {});
  }

  /**
   * @param version the one that was changed
   * @throws LatchkeyError `assignmentRules.*`, or as `HubConnection.request`
   */
  save(version: number, rules: readonly AssignmentRule[]): Promise<AssignmentRules> {
    return this.connection.request(assignmentRuleRequests.save, { version, rules: [...rules] });
  }

  /**
   * What would move, of all devices. Changes nothing.
   * @param rules those to be tried; the ones in force unless told
   * @throws LatchkeyError `assignmentRules.*`, or as `HubConnection.request`
   */
  async preview(rules?: readonly AssignmentRule[], { token }: RuleOptions = {}): Promise<RulePreview> {
    const moves: ProposedMove[] = [];
    let [devices, inPlace, unmatched] = [0, 0, 0];
    for (let after: string | null = null; ;) {
      const page: Awaited<ReturnType<typeof this.page>> = await this.page(rules, after, token);
      for (const move of page.moves) moves.push(move);
      devices += page.devices;
      inPlace += page.inPlace;
      unmatched += page.unmatched;
      if (page.next === null) return { moves, devices, inPlace, unmatched, deletedGroups: page.deletedGroups };
      after = page.next;
    }
  }

  /**
   * Makes these moves, a job for each device group that devices go to, each of which can be taken back.
   * @returns what became of each job, in the order in which they were done; fewer where it was cancelled
   */
  async apply(
    moves: readonly ProposedMove[],
    { token, onProgress }: RuleOptions = {},
  ): Promise<readonly DeviceActionOutcome[]> {
    const jobs = jobsOf(moves);
    const outcomes: DeviceActionOutcome[] = [];
    let done = 0;
    for (const { group, devices } of jobs) {
      if (token?.isCancellationRequested) break;
      const report = ({ message, fraction = 0 }: ProgressReport): void =>
        onProgress?.({ message, fraction: (done + fraction * devices.length) / moves.length });
      outcomes.push(await this.actions.act({ kind: 'move', group }, devices, { token, onProgress: report }));
      done += devices.length;
    }
    return outcomes;
  }

  private page(rules: readonly AssignmentRule[] | undefined, after: string | null, token?: CancellationToken) {
    const params = { ...(rules && { rules: [...rules] }), after };
    return this.connection.request(assignmentRuleRequests.preview, params, { token });
  }
}

function jobsOf(moves: readonly ProposedMove[]): { group: string; devices: string[] }[] {
  const byGroup = new Map<string, string[]>();
  for (const { to, device } of moves) {
    const devices = byGroup.get(to);
    if (devices) devices.push(device);
    else byGroup.set(to, [device]);
  }
  return [...byGroup].flatMap(([group, devices]) =>
    Array.from({ length: Math.ceil(devices.length / maximumActionDevices) }, (_, index) => ({
      group,
      devices: devices.slice(index * maximumActionDevices, (index + 1) * maximumActionDevices),
    })),
  );
}
