import type { Observable } from 'rxjs';
import type { DeviceActionOutcome, DeviceActionService } from '#core/workbench/device-actions/device-action-service.ts';
import type { SessionService } from '#core/workbench/sessions/session-service.ts';
import type { SetUpService } from '#core/workbench/set-ups/set-up-service.ts';
import type { RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import type { Page } from '#protocol/declared-page.ts';
import type { DeviceWithPresence } from '#protocol/extension-calls/device-calls.ts';
import type { toWorkbench } from '#protocol/extension-host.ts';
import type { Group } from '#protocol/groups.ts';
import type { InstallerFile } from '#protocol/installers.ts';
import type { ParamsOf, ProgressReport, RequestContract, ResultOf } from '#protocol/messages.ts';
import type { RollOutChange } from '#protocol/roll-outs.ts';
import type { SetUp } from '#protocol/set-ups.ts';
import type { SavableFile } from './installer-saver.ts';

type Asked<K extends keyof typeof toWorkbench> = ParamsOf<(typeof toWorkbench)[K]['contract']>;
type Answer<K extends keyof typeof toWorkbench> = ResultOf<(typeof toWorkbench)[K]['contract']>;

/**
 * What the workbench does for extensions. Nothing here checks who asks: `ExtensionCalls` has done so before, and the hub
 * checks the technician afterwards.
 */
export interface ExtensionServices {
  // the replica
  /** @throws LatchkeyError `query.invalid` */
  queryDevices(query: string, limit: number | undefined): DeviceWithPresence[] | Promise<DeviceWithPresence[]>;
  device(id: string): DeviceWithPresence | undefined;
  /** Identifiers of devices that changed, came or went. */
  readonly devicesChanged$: Observable<readonly string[]>;
  groups(options?: RequestOptions): Promise<Group[]>;
  readonly groupsChanged$: Observable<void>;
  /** What waits for devices, or which are deleted, may be another. */
  readonly actionsChanged$: Observable<void>;
  /** A wake schedule, or how a wake of one goes, may be another. */
  readonly wakeSchedulesChanged$: Observable<void>;
  // the hub
  hub<P, R>(contract: RequestContract<P, R>, params: P, options?: RequestOptions): Promise<R>;
  readonly sessions: Pick<SessionService, 'invite' | 'start' | 'end' | 'changed$'>;
  readonly setUps: Pick<SetUpService, 'cancel' | 'complete' | 'changed$'>;
  readonly actions: Pick<DeviceActionService, 'act' | 'undo' | 'retry'>;
  /** Tells the person, if there is one, what became of an action. */
  tellOfAction(outcome: DeviceActionOutcome): void;
  showSession(session: string): Promise<void>;
  /** Asks the technician for their password first; null where they gave up. */
  beginSetUp(session: string): Promise<SetUp | null>;
  saveInstaller(file: InstallerFile, output: string | undefined): Promise<{ path: string | null }>;
  /** Any other file that the hub has prepared. */
  saveFile(file: SavableFile, output: string | undefined): Promise<{ path: string | null }>;
  // roll-outs by group policy
  /** Which one is another one now; null: any may be. */
  readonly rollOutsChanged$: Observable<string | null>;
  /** Asks for credentials and shows what would be changed first; null where the person gave up. */
  changeDomain(
    asked: Asked<'rollOutsChangeDomain'>,
    onProgress: (report: ProgressReport) => void,
  ): Promise<RollOutChange[] | null>;
  // the person at the other end
  showMessage(extension: string, message: Asked<'showMessage'>): Promise<Answer<'showMessage'>>;
  confirm(extension: string, question: Asked<'confirm'>): Promise<Answer<'confirm'>>;
  showQuickPick(extension: string, pick: Asked<'showQuickPick'>): Promise<Answer<'showQuickPick'>>;
  showInputBox(extension: string, box: Asked<'showInputBox'>): Promise<Answer<'showInputBox'>>;
  openPage(extension: string, page: Page): void;
  /** Whether the page is open. */
  updatePage(extension: string, page: Page): boolean;
  closePage(extension: string, page: string): void;
  writeClipboard(text: string): Promise<void>;
  // views, context keys, commands
  refreshView(view: string, node: string | null): void;
  setContext(key: string, value: string | number | boolean | null): void;
  executeCommand(command: string, args: Record<string, unknown>, options: RequestOptions): Promise<unknown>;
  // what is kept for it, and what it says
  readStorage(extension: string, key: string): Promise<unknown>;
  /** @throws LatchkeyError where all that is kept for it would take too much */
  writeStorage(extension: string, key: string, value: unknown): Promise<void>;
  describeProblem(code: string, args: Record<string, string | number>): string;
  log(extension: string, level: 'info' | 'warn' | 'error', message: string): void;
}
export const ExtensionServices = Symbol('ExtensionServices');
