import { auditTime, filter, map, merge, Subject, type Observable } from 'rxjs';
import { withProof, type AccountProof } from '#core/workbench/accounts/account-proof.ts';
import type { RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import type { CommandService } from '#core/workbench/commands/command-service.ts';
import type { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import type { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import type { DeviceActionOutcome } from '#core/workbench/device-actions/device-action-service.ts';
import type { DeviceActionReport } from '#core/workbench/device-actions/device-action-report.ts';
import type { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import type { KeepingActions } from '#core/workbench/kept-actions/keeping-actions.ts';
import type { KeptActions } from '#core/workbench/kept-actions/kept-actions.ts';
import type { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { editorKey, type EditorService } from '#core/workbench/editors/editor-service.ts';
import type { ExtensionLog } from '#core/workbench/extensions/extension-log.ts';
import type { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import type { ViewRefreshes } from '#core/workbench/extensions/view-refreshes.ts';
import type { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import type { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import type { ProgressService } from '#core/workbench/progress/progress-service.ts';
import type { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import type { Watching } from '#core/workbench/roll-outs/domain-question.ts';
import type { RollOutService } from '#core/workbench/roll-outs/roll-out-service.ts';
import type { SessionService } from '#core/workbench/sessions/session-service.ts';
import type { SetUpService } from '#core/workbench/set-ups/set-up-service.ts';
import type { ExtensionStorage } from '#core/workbench/storage/extension-storage.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Page } from '#protocol/declared-page.ts';
import { groupRequests, type Group } from '#protocol/groups.ts';
import type { InstallerFile } from '#protocol/installers.ts';
import type { ProgressReport, RequestContract } from '#protocol/messages.ts';
import type { RollOutChange } from '#protocol/roll-outs.ts';
import type { SetUp } from '#protocol/set-ups.ts';
import { wakeNotifications } from '#protocol/wake.ts';
import type { ExtensionPlatform } from './extension-platform.ts';
import type { ExtensionServices } from './extension-services.ts';
import type { SavableFile } from './installer-saver.ts';

/** The editor that draws what extensions declare. */
export const extensionPageKind = 'extensionPage';

/** Milliseconds between two words that actions have changed something. */
const gatherActions = 300;

export interface WorkbenchExtensionServicesParts {
  readonly platform: ExtensionPlatform;
  readonly registry: ExtensionRegistry;
  readonly connection: HubConnection;
  readonly replica: DeviceReplica;
  readonly queries: DeviceQueries;
  readonly commands: CommandService;
  readonly contextKeys: ContextKeyService;
  readonly notifications: NotificationService;
  readonly progress: Pick<ProgressService, 'hold'>;
  readonly quickInput: QuickInputService;
  readonly editors: EditorService;
  readonly storage: ExtensionStorage;
  readonly log: ExtensionLog;
  readonly l10n: LocalizationService;
  readonly refreshes: ViewRefreshes;
  readonly sessions: SessionService;
  readonly setUps: SetUpService;
  readonly rollOuts: RollOutService;
  readonly actions: KeepingActions;
  readonly kept: KeptActions;
  readonly report: DeviceActionReport;
}

type Answer<K extends 'showMessage' | 'confirm' | 'showQuickPick' | 'showInputBox'> = ReturnType<ExtensionServices[K]>;
type Asked<K extends 'showMessage' | 'confirm' | 'showQuickPick' | 'showInputBox'> = Parameters<
  ExtensionServices[K]
>[1];

/** What extensions get, from the workbench's own services. */
export class WorkbenchExtensionServices implements ExtensionServices {
  private readonly parts: WorkbenchExtensionServicesParts;
  readonly devicesChanged$: Observable<readonly string[]>;
  readonly groupsChanged$: Observable<void>;
  readonly rollOutsChanged$: Observable<string | null>;
  readonly actionsChanged$: Observable<void>;
  readonly wakeSchedulesChanged$: Observable<void>;
  readonly sessions: SessionService;
  readonly setUps: SetUpService;
  readonly actions: KeepingActions;

  constructor(parts: WorkbenchExtensionServicesParts) {
    this.parts = parts;
    this.devicesChanged$ = parts.replica.changes$.pipe(
      filter(({ reset, devices, presence }) => reset || devices.size > 0 || presence.size > 0),
      // Emptied and filled anew, anything may be different: that is said without a name.
      map(({ reset, devices, presence }) => (reset ? [] : [...devices, ...presence])),
    );
    this.groupsChanged$ = parts.replica.changes$.pipe(
      filter(({ groups }) => groups),
      map(() => undefined),
    );
    this.rollOutsChanged$ = parts.rollOuts.changed$;
    // Who else deletes something is seen by what is gone.
    const gone$ = parts.replica.changes$.pipe(filter(({ reset, devices }) => reset || devices.size > 0));
    this.actionsChanged$ = merge(parts.actions.changes$, gone$).pipe(
      auditTime(gatherActions),
      map(() => undefined),
    );
    const wakeSchedules = new Subject<void>();
    parts.connection.on(wakeNotifications.schedulesChanged, () => wakeSchedules.next());
    this.wakeSchedulesChanged$ = wakeSchedules;
    this.sessions = parts.sessions;
    this.setUps = parts.setUps;
    this.actions = parts.actions;
  }

  async queryDevices(query: string, limit = Infinity) {
    const found = await this.parts.queries.runWhole(query);
    return found.slice(0, limit).map((entry) => entry.toDeviceWithPresence());
  }

  device(id: string) {
    return this.parts.replica.get(id)?.toDeviceWithPresence();
  }

  /** From the replica: a hub that is away for a moment keeps nobody from going on. */
  async groups(options?: RequestOptions): Promise<Group[]> {
    const { replica } = this.parts;
    return replica.state === 'empty' ? this.hub(groupRequests.list, {}, options) : [...replica.groups()];
  }

  hub<P, R>(contract: RequestContract<P, R>, params: P, options?: RequestOptions): Promise<R> {
    return this.parts.connection.request(contract, params as NoInfer<P>, options);
  }

  tellOfAction(outcome: DeviceActionOutcome): void {
    // Of one that is kept it was told that it is.
    if (!this.isHeadless && !this.parts.kept.has(outcome.job.id)) this.parts.report.tell(outcome);
  }

  async showSession(session: string): Promise<void> {
    if (!this.isHeadless) await this.executeCommand('session.show', { session }, {});
  }

  async beginSetUp(session: string): Promise<SetUp | null> {
    const { platform, setUps, l10n } = this.parts;
    const begin = (proof: AccountProof): Promise<SetUp> => setUps.begin(session, proof);
    const ask = withProof(platform.askProof, l10n.t('accountProof.setUp'), begin);
    return (await this.whileAsking(ask)) ?? null;
  }

  saveInstaller(file: InstallerFile, output: string | undefined): Promise<{ path: string | null }> {
    return this.parts.platform.installers.save(file, output);
  }

  saveFile(file: SavableFile, output: string | undefined): Promise<{ path: string | null }> {
    return this.parts.platform.installers.save(file, output);
  }

  async changeDomain(
    { rollOut, action, domainController, account, certificate }: Parameters<ExtensionServices['changeDomain']>[0],
    onProgress: (report: ProgressReport) => void,
  ): Promise<RollOutChange[] | null> {
    const { rollOuts, platform } = this.parts;
    const { name, domain } = await rollOuts.get(rollOut);
    const told = ({ token, onProgress: watch }: Watching = {}): Watching => ({
      token,
      onProgress: (report) => {
        onProgress(report);
        watch?.(report);
      },
    });
    const changes = platform.changeDomain({
      action,
      name,
      domain: domain ?? '',
      domainController,
      account,
      certificate,
      made: action === 'undo' ? await rollOuts.made(rollOut) : undefined,
      preview: (access, watching) => rollOuts.preview(rollOut, access, watching),
      run: (access, preview, watching) =>
        action === 'apply'
          ? rollOuts.apply(rollOut, access, preview, told(watching))
          : rollOuts.undo(rollOut, access, told(watching)),
    });
    return (await this.whileAsking(changes)) ?? null;
  }

  async showMessage(extension: string, { severity, message, actions }: Asked<'showMessage'>): Answer<'showMessage'> {
    if (this.isHeadless) {
      this.parts.log.write(extension, severity === 'warning' ? 'warn' : severity, message);
      return { action: null };
    }
    const { closed } = this.parts.notifications.notify({
      severity,
      message,
      source: this.nameOf(extension),
      actions: actions.map((title) => ({ id: title, title })),
    });
    // A message without a choice is said, not waited for.
    return { action: actions.length > 0 ? ((await closed) ?? null) : null };
  }

  async confirm(_: string, question: Asked<'confirm'>): Answer<'confirm'> {
    return { confirmed: await this.whileAsking(this.parts.platform.confirm(question)) };
  }

  async showQuickPick(_: string, { title, placeholder, items }: Asked<'showQuickPick'>): Answer<'showQuickPick'> {
    if (this.isHeadless) return { picked: null };
    const picked = await this.whileAsking(this.parts.quickInput.pick({ title, placeholder, items }));
    return { picked: Array.isArray(picked) ? ((picked as readonly string[])[0] ?? null) : null };
  }

  async showInputBox(_: string, { maxLength, required, label, ...box }: Asked<'showInputBox'>): Answer<'showInputBox'> {
    if (this.isHeadless) return { value: null };
    const { l10n, quickInput } = this.parts;
    const validate = (value: string): string | undefined => {
      const argument = label ?? box.title;
      if (required && value.trim() === '') return l10n.t('argument.required', { argument });
      if (value.length > maxLength) return l10n.t('argument.maxLength', { argument, limit: maxLength });
      return undefined;
    };
    const typed = await this.whileAsking(quickInput.input({ ...box, validate }));
    return { value: typeof typed === 'string' ? typed : null };
  }

  openPage(extension: string, page: Page): void {
    this.parts.editors.open(editorInput(extension, page));
  }

  updatePage(extension: string, page: Page): boolean {
    const input = editorInput(extension, page);
    return this.parts.editors.update(editorKey(input), { title: input.title, icon: input.icon, data: input.data });
  }

  closePage(extension: string, page: string): void {
    this.parts.editors.close(pageKey(extension, page));
  }

  writeClipboard(text: string): Promise<void> {
    return this.parts.platform.writeClipboard(text);
  }

  refreshView(view: string, node: string | null): void {
    this.parts.refreshes.refresh(view, node);
  }

  setContext(key: string, value: string | number | boolean | null): void {
    this.parts.contextKeys.set(key, value ?? undefined);
  }

  executeCommand(command: string, args: Record<string, unknown>, options: RequestOptions): Promise<unknown> {
    const { token, onProgress } = options;
    return this.parts.commands.run(command, args, { source: 'api', token, onProgress });
  }

  readStorage(extension: string, key: string): Promise<unknown> {
    return this.parts.storage.get(extension, key);
  }

  writeStorage(extension: string, key: string, value: unknown): Promise<void> {
    return this.parts.storage.set(extension, key, value);
  }

  describeProblem(code: string, args: Record<string, string | number>): string {
    const { l10n } = this.parts;
    const error = LatchkeyError.fromData({ code, args });
    return l10n.describeError(error ?? new LatchkeyError('internal', { reference: code }));
  }

  log(extension: string, level: 'info' | 'warn' | 'error', message: string): void {
    this.parts.log.write(extension, level, message);
  }

  /** It is the person's turn: what waits for the answer must not look busy. */
  private async whileAsking<T>(answer: Promise<T>): Promise<T> {
    const turn = this.parts.progress.hold();
    try {
      return await answer;
    } finally {
      turn.dispose();
    }
  }

  private get isHeadless(): boolean {
    return this.parts.platform.environment === 'headless';
  }

  private nameOf(extension: string): string {
    const found = this.parts.registry.get(extension);
    return found ? found.contributor.localize(found.offered.manifest.displayName) : extension;
  }
}

const pageId = (extension: string, page: string): string => `${extension}/${page}`;
const pageKey = (extension: string, page: string): string =>
  editorKey({ kind: extensionPageKind, id: pageId(extension, page) });

/** One extension's pages can't take another's place. What was on one is gone after a restart: the extension opens it anew. */
function editorInput(extension: string, page: Page) {
  return {
    kind: extensionPageKind,
    id: pageId(extension, page.id),
    title: page.title,
    icon: page.icon,
    data: page,
    transient: true,
  };
}
