/**
 * What an extension programs against. An extension exports one function, `activate`, and gets everything through it:
 * nothing of Latchkey is imported at run time, so a bundle holds the extension's own code alone.
 *
 * ```ts
 * import type { Activate } from '../../protocol/api/index.ts';
 *
 * export const activate: Activate = ({ commands, devices }) => {
 *   commands.register('hello.greet', async ({ devices: chosen }: { devices: string[] }) => { … });
 * };
 * ```
 *
 * Every call may reject with an error that has a `code` (see `../errors.ts`); let it pass, unless you can do better: the
 * workbench shows it in the reader's language.
 */
import type { DeletedDevice, DeviceAction, DeviceActionResult, DeviceJob, QueuedAction } from '../device-actions.ts';
import type { DeviceDetails } from '../devices.ts';
import type { PageInput } from '../declared-page.ts';
import type { DeviceWithPresence } from '../extension-calls/device-calls.ts';
import type { TreeNode } from '../extension-host.ts';
import type { Group } from '../groups.ts';
import type { Installer, InstallerFile, InstallerFormat, InstallerUse } from '../installers.ts';
import type { ProgressReport } from '../messages.ts';
import type { PortalAppearance } from '../portal.ts';
import type {
  RollOut,
  RollOutChange,
  RollOutChanges,
  RollOutComputer,
  RollOutFile,
  RollOutProgress,
  RollOutSummary,
  RollOutTarget,
} from '../roll-outs.ts';
import type { Invitation, Session } from '../sessions.ts';
import type { SetUp } from '../set-ups.ts';
import type { KeptWake, WakeRelay, WakeResult, WakeSchedule, WakeScheduleInput, Weekday } from '../wake.ts';

export type { DeletedDevice, DeviceAction, DeviceActionResult, DeviceJob, QueuedAction };
export type { DeviceDetails, Group, Installer, InstallerFile, InstallerFormat, InstallerUse, ProgressReport };
export type { Invitation, PortalAppearance, Session, SetUp };
export type { KeptWake, WakeRelay, WakeResult, WakeSchedule, WakeScheduleInput, Weekday };
export type { RollOut, RollOutChange, RollOutChanges, RollOutComputer, RollOutFile, RollOutProgress };
export type { RollOutSummary, RollOutTarget };
export type { DeviceWithPresence as Device, PageInput as Page, TreeNode };

export interface Disposable {
  dispose(): void;
}

/** Calls `listener` at each event until what it returns is disposed of. */
export type Event<T> = (listener: (event: T) => unknown) => Disposable;

export interface CancellationToken {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: Event<void>;
}

export interface CommandContext {
  /** Cancelled when the person, or the program, that runs the command gives up. */
  readonly token: CancellationToken;
  /** Shown in a notification with *Cancel* once the command has run for a second. */
  readonly progress: (report: ProgressReport) => void;
}

export interface Commands {
  /**
   * Gives a command of the manifest its body. `args` are valid by the manifest's schema before it is called. What it
   * returns must be JSON: it is what a program that runs the command gets.
   */
  register<A = Record<string, unknown>>(
    command: string,
    body: (args: A, context: CommandContext) => unknown,
  ): Disposable;
  /** Runs any command. Takes `commands:execute`. */
  execute(command: string, args?: Record<string, unknown>): Promise<unknown>;
}

/** What became of an action: on the whole, and of each device in the order in which they were named. */
export interface DeviceActionOutcome {
  readonly job: DeviceJob;
  readonly results: readonly DeviceActionResult[];
}

export interface DeviceActionOptions extends Partial<CommandContext> {
  /** The person is not told how it ended: you do. */
  readonly quiet?: boolean;
}

/** Wakes at fixed times, done by the hub. */
export interface WakeSchedules {
  /** The technician's own; everybody's for an administrator. */
  list(): Promise<WakeSchedule[]>;
  /** Makes one; changes the one that is named. */
  save(
    schedule: Omit<WakeScheduleInput, 'devices' | 'groups' | 'days'> & {
      readonly devices: readonly string[];
      readonly groups: readonly string[];
      readonly days: readonly Weekday[];
    },
    id?: string,
  ): Promise<WakeSchedule>;
  delete(schedule: string): Promise<void>;
  /** What it did, newest first. */
  history(schedule: string, limit?: number): Promise<KeptWake[]>;
  /** What became of the devices of one wake, those that were there already left out; `next` is null with the last part. */
  results(wake: string, after?: number): Promise<{ results: WakeResult[]; next: number | null }>;
  /** A schedule, or how a wake of one goes, may be another than before. */
  readonly onDidChange: Event<void>;
}

/** Takes `devices:read`, to change something `devices:write`. */
export interface Devices {
  /** By query, as typed in a filter: `group:Berlin is:online front`. The empty query is all devices. From the replica. */
  query(query: string, options?: { limit?: number }): Promise<DeviceWithPresence[]>;
  /** One by identifier, from the replica; undefined where there is none. */
  get(device: string): Promise<DeviceWithPresence | undefined>;
  /** All that the hub knows of a device. */
  details(device: string): Promise<DeviceDetails>;
  /** null brings the computer's own name back. */
  rename(device: string, nickname: string | null): Promise<void>;
  /**
   * Wakes devices, and waits until each has checked in or its time is over. Cancelled by the token of `context`, it sends
   * no more and answers at once with what became of each.
   */
  wake(devices: readonly string[], context?: Partial<CommandContext>): Promise<WakeResult[]>;
  /** From which subnets others are reached by magic packets. Administrators only. */
  wakeRelays(): Promise<WakeRelay[]>;
  setWakeRelays(relays: readonly WakeRelay[]): Promise<void>;
  /** The SecureOn password that the computer's network card wants to see, `00:1a:2b:3c:4d:5e`; null: it wants none. */
  setWakePassword(device: string, password: string | null): Promise<void>;
  readonly wakeSchedules: WakeSchedules;
  /**
   * Acts on up to 10,000 devices in one call to the hub. Pass the command's context on: it reports progress, and once it
   * is cancelled nothing more happens. Rejects where the technician may do nothing of it at all; what is wrong with single
   * devices is in the outcome. At the end the person is told how many it were, with *Undo* and *Show results*.
   */
  act(action: DeviceAction, devices: readonly string[], options?: DeviceActionOptions): Promise<DeviceActionOutcome>;
  /** Takes a job back, where devices still are as it left them. */
  undo(job: string, options?: DeviceActionOptions): Promise<DeviceActionOutcome>;
  /** Tries again what failed of a job. */
  retry(job: string, options?: DeviceActionOptions): Promise<DeviceActionOutcome>;
  /** What waits for devices to come online: of one device, else the technician's own; an administrator's are everybody's. */
  queued(options?: { device?: string; limit?: number }): Promise<{ actions: QueuedAction[]; total: number }>;
  /** Stops what has not happened yet of a job: for these devices, else for all. */
  cancel(job: string, devices?: readonly string[]): Promise<DeviceJob>;
  /** Devices that were deleted, the last one first. `search` is part of a name. */
  deleted(options?: { search?: string; limit?: number }): Promise<{ devices: DeletedDevice[]; total: number }>;
  /** What `queued` or `deleted` answers may be another. */
  readonly onDidChangeActions: Event<void>;
  readonly onDidChange: Event<{ readonly devices: readonly string[] }>;
}

/** Takes `groups:read`. */
export interface Groups {
  list(): Promise<Group[]>;
  /**
   * The only group there is; of several the one that the person picks, undefined where they think better of it. Fails with
   * `group.none`, and for programs, which can't be asked, with `group.several`, which names them.
   */
  pick(question: { title: string; placeholder?: string }): Promise<string | undefined>;
  readonly onDidChange: Event<void>;
}

/** Takes `installers`. */
export interface Installers {
  list(options?: { group?: string }): Promise<Installer[]>;
  /** `test`: there is a package of the format to try a roll-out with. */
  formats(): Promise<
    { format: InstallerFormat; available: boolean; reason?: string | undefined; test?: boolean | undefined }[]
  >;
  generate(options: {
    group: string;
    name?: string | null;
    limit?: number;
    /** Milliseconds since 1970; null: never. */
    expiresAt?: number | null;
  }): Promise<{ installer: Installer; token: string }>;
  /** `test`: the package that a roll-out is tried with, which joins nothing. */
  prepare(
    installer: string,
    format: InstallerFormat,
    options?: Partial<CommandContext> & { readonly test?: boolean | undefined },
  ): Promise<InstallerFile>;
  /** Saves a prepared file: the browser's download, or `output` on the command line. null: the browser chose where. */
  save(file: InstallerFile, output?: string): Promise<{ path: string | null }>;
  ledger(installer: string): Promise<InstallerUse[]>;
  revoke(installer: string): Promise<Installer>;
}

/** Takes `sessions`. */
export interface Sessions {
  /** Those that go on and that the technician may see. */
  list(): Promise<Session[]>;
  /** A session that a customer can come into with a key. */
  invite(): Promise<Invitation>;
  start(device: string): Promise<Session>;
  end(session: string): Promise<Session>;
  /** Opens its view. */
  show(session: string): Promise<void>;
  /** Each session as it is after a change; once, with `state` `ended`, when it is over. */
  readonly onDidChange: Event<Session>;
}

/** Unattended access to one computer, set up with the customer there. Takes `setUps`. */
export interface SetUps {
  /** The technician's own that are not over, and those of sessions that go on. */
  list(): Promise<SetUp[]>;
  /** Has the technician give their password, and asks the customer; undefined where the technician gave up. */
  begin(session: string): Promise<SetUp | undefined>;
  cancel(setUp: string): Promise<SetUp>;
  complete(setUp: string, details: { nickname: string | null; group: string }): Promise<SetUp>;
  readonly onDidChange: Event<SetUp>;
}

/** The public pages. Takes `portal`. */
export interface Portal {
  /** How they look, and the addresses for customers. */
  get(): Promise<{ appearance: PortalAppearance; link: string; joinLink: string }>;
  /** Administrators only. */
  setAppearance(appearance: PortalAppearance): Promise<PortalAppearance>;
}

/** Roll-outs by group policy. Takes `rollOuts`. */
export interface RollOuts {
  /** Newest first. */
  list(): Promise<RollOutSummary[]>;
  get(rollOut: string): Promise<RollOut>;
  /** Begins one for a device group, with what is known already. */
  create(group: string, changes?: RollOutChanges): Promise<RollOut>;
  /** Puts answers down, all or none. Fails with `rollOut.…` where one can't be right. */
  update(rollOut: string, changes: RollOutChanges): Promise<RollOut>;
  /**
   * Fails with `rollOut.applied` while something of it is in the domain: undo that first. With `forgetDomain`, by administrators
   * alone, that stays there, and nothing can undo it any more.
   */
  delete(rollOut: string, options?: { readonly forgetDomain?: boolean | undefined }): Promise<void>;
  /** What it has made in the domain, in order; for administrators. */
  made(rollOut: string): Promise<RollOutChange[]>;
  progress(rollOut: string): Promise<RollOutProgress>;
  /** Makes its files; the texts in them are in the workbench's language. */
  prepare(rollOut: string, context?: Partial<CommandContext>): Promise<RollOutFile>;
  /** Saves the prepared ZIP: the browser's download, or `output` on the command line. null: the browser chose where. */
  save(file: RollOutFile, output?: string): Promise<{ path: string | null }>;
  /**
   * Does in the domain what the files would do. The workbench asks for a domain controller and an account, unless they are given,
   * and for its password, which you never see; it shows every change first. undefined: the person thought better of it.
   */
  apply(rollOut: string, options?: DomainChangeOptions): Promise<RollOutChange[] | undefined>;
  /** Takes back what `apply` did. */
  undo(rollOut: string, options?: DomainChangeOptions): Promise<RollOutChange[] | undefined>;
  /** One of them, or, where it is null, any may be another one now. */
  readonly onDidChange: Event<string | null>;
}

export interface DomainChangeOptions extends Partial<CommandContext> {
  /** Host name; absent: the hub finds one by DNS. */
  readonly domainController?: string | undefined;
  readonly account?: string | undefined;
  /** SHA-256 of its certificate, hexadecimal, where no certification authority vouches for it and somebody has compared it. */
  readonly certificate?: string | undefined;
}

export interface QuickPickItem {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly icon?: string;
}

/** The person at the other end. Where there is none (`environment.kind` is `headless`) each answers as if dismissed. */
export interface Window {
  showInformation(message: string, ...actions: string[]): Promise<string | undefined>;
  showWarning(message: string, ...actions: string[]): Promise<string | undefined>;
  showError(message: string, ...actions: string[]): Promise<string | undefined>;
  /** Before something that is hard to undo: name what is meant in `detail`. Headless: true, a program has decided. */
  confirm(options: {
    message: string;
    detail?: string;
    action: string;
    destructive?: boolean;
    /** What has to be typed first: only before what can't be undone. */
    typed?: { label: string; text: string };
  }): Promise<boolean>;
  showQuickPick(options: {
    title: string;
    placeholder?: string;
    items: readonly QuickPickItem[];
  }): Promise<string | undefined>;
  showInputBox(options: {
    title: string;
    /** What is typed, as messages about it call it: *Nickname*. The title unless told. */
    label?: string;
    prompt?: string;
    value?: string;
    placeholder?: string;
    password?: boolean;
    /** Nothing is not an answer. */
    required?: boolean;
    /** The most characters; 1,000 unless told. */
    maxLength?: number;
  }): Promise<string | undefined>;
  /** Opens a page in the editor area, or brings it to the front with new content. */
  openPage(page: PageInput): Promise<void>;
  /** New content for a page if it is still open; false where it is not. */
  updatePage(page: PageInput): Promise<boolean>;
  closePage(id: string): Promise<void>;
  /** Takes `clipboard:write`. */
  writeClipboard(text: string): Promise<void>;
}

export interface TreeDataProvider {
  /** The nodes below `node`; the roots where it is null. */
  children(node: string | null): Promise<TreeNodeInput[]> | TreeNodeInput[];
}
export type TreeNodeInput = Omit<TreeNode, 'collapsible'> & { readonly collapsible?: TreeNode['collapsible'] };

export interface Views {
  /** Fills a view of the manifest. */
  registerTree(view: string, provider: TreeDataProvider): Disposable;
  /** Has the workbench ask again for what is below `node`, or for everything. */
  refresh(view: string, node?: string): void;
}

export interface Configuration {
  /** The value of a setting of this extension's manifest, its default where the technician set none. Changes live. */
  get<T>(setting: string): T;
  readonly onDidChange: Event<void>;
}

export interface L10n {
  /** The text of a key of `package.nls.json`, ICU message format, in the language of the workbench now. */
  t(key: string, args?: Record<string, string | number | Date>): string;
  /** What an error that came as data says, a set-up's `problem` for example. */
  describeProblem(problem: { code: string; args: Record<string, string | number> }): Promise<string>;
  /** `en`, `fr` or `de`. */
  readonly language: string;
  /** The language has changed: what was shown before needs `views.refresh` or `window.updatePage`. */
  readonly onDidChange: Event<void>;
}

/** Takes `storage`. Values are JSON; all of an extension's together take at most 1 MiB. */
export interface Storage {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown): Promise<void>;
}

export interface Latchkey {
  readonly commands: Commands;
  readonly devices: Devices;
  readonly groups: Groups;
  readonly installers: Installers;
  readonly sessions: Sessions;
  readonly setUps: SetUps;
  readonly portal: Portal;
  readonly rollOuts: RollOuts;
  readonly window: Window;
  readonly views: Views;
  readonly configuration: Configuration;
  readonly l10n: L10n;
  readonly storage: Storage;
  /** Sets a key for when-clauses. It has to begin with the extension's name and a dot: `my-extension.ready`. */
  readonly context: { set(key: string, value: string | number | boolean | null): void };
  readonly environment: { readonly name: string; readonly version: string; readonly kind: 'browser' | 'headless' };
  readonly log: Record<'info' | 'warn' | 'error', (message: string) => void>;
  /** Disposed of when the extension is deactivated. */
  readonly subscriptions: Disposable[];
}

export type Activate = (latchkey: Latchkey) => void | Promise<void>;
