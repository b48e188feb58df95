import type { Catalogue, Language } from '#core/base/l10n/localizer.ts';
import { Localizer } from '#core/base/l10n/localizer.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type {
  CommandContext,
  Disposable,
  Event,
  Latchkey,
  Session,
  SetUp,
  TreeDataProvider,
  WakeResult,
} from '#protocol/api/index.ts';
import { unpackWakeResults } from '#core/base/wake/wake-outcomes.ts';
import { toExtension, toWorkbench } from '#protocol/extension-host.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import type { WakeOutcomes } from '#protocol/wake.ts';

/** Calls listeners one by one: what one of them throws is the extension's own affair and keeps nobody else from hearing. */
export class Emitter<T> {
  private readonly listeners = new Set<(event: T) => unknown>();
  private readonly onFirst: (() => void) | undefined;
  private started = false;

  /** @param onFirst called once, when somebody listens for the first time */
  constructor(onFirst?: () => void) {
    this.onFirst = onFirst;
  }

  readonly event: Event<T> = (listener) => {
    this.listeners.add(listener);
    if (!this.started) {
      this.started = true;
      this.onFirst?.();
    }
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        void Promise.resolve(listener(event)).catch(() => {});
      } catch {
        // as above
      }
    }
  }
}

/** The `Latchkey` object that an extension gets, made from the messages of `protocol/extension-host.ts`. */
export class ExtensionApi {
  readonly name: string;
  readonly commands = new Map<string, (args: unknown, context: CommandContext) => unknown>();
  readonly trees = new Map<string, TreeDataProvider>();
  readonly devicesChanged: Emitter<{ readonly devices: readonly string[] }>;
  readonly actionsChanged: Emitter<void>;
  readonly wakeSchedulesChanged: Emitter<void>;
  readonly groupsChanged: Emitter<void>;
  readonly sessionChanged: Emitter<Session>;
  readonly setUpChanged: Emitter<SetUp>;
  readonly rollOutChanged: Emitter<string | null>;
  readonly latchkey: Latchkey;
  private readonly configurationChanged = new Emitter<void>();
  private readonly languageChanged = new Emitter<void>();
  private configuration: Readonly<Record<string, unknown>>;
  private localizer: Localizer;

  constructor(rpc: RpcConnection, start: ParamsOf<typeof toExtension.activate>) {
    this.name = start.name;
    this.configuration = start.configuration;
    this.localizer = new Localizer(start.language as Language, start.messages);
    const background = (work: Promise<unknown>): void => void work.catch(() => {});
    this.devicesChanged = new Emitter(() => background(rpc.request(toWorkbench.devicesSubscribe.contract, {})));
    this.actionsChanged = new Emitter(() => background(rpc.request(toWorkbench.actionsSubscribe.contract, {})));
    this.wakeSchedulesChanged = new Emitter(() =>
      background(rpc.request(toWorkbench.wakeSchedulesSubscribe.contract, {})),
    );
    this.groupsChanged = new Emitter(() => background(rpc.request(toWorkbench.groupsSubscribe.contract, {})));
    this.sessionChanged = new Emitter(() => background(rpc.request(toWorkbench.sessionsSubscribe.contract, {})));
    this.setUpChanged = new Emitter(() => background(rpc.request(toWorkbench.setUpsSubscribe.contract, {})));
    this.rollOutChanged = new Emitter(() => background(rpc.request(toWorkbench.rollOutsSubscribe.contract, {})));
    this.latchkey = Object.freeze(this.make(rpc, start, background));
  }

  setConfiguration(values: Readonly<Record<string, unknown>>): void {
    this.configuration = values;
    this.configurationChanged.fire();
  }

  setLanguage(language: string, messages: Catalogue): void {
    this.localizer = new Localizer(language as Language, messages);
    this.languageChanged.fire();
  }

  private make(
    rpc: RpcConnection,
    start: ParamsOf<typeof toExtension.activate>,
    background: (work: Promise<unknown>) => void,
  ): Latchkey {
    /** A person may take as long as they like. */
    const patient = { timeout: 0 };
    const register = <T>(
      map: Map<string, T>,
      declared: readonly string[],
      kind: string,
      id: string,
      value: T,
    ): Disposable => {
      if (!declared.includes(id)) throw new Error(`the ${kind} "${id}" is not in the manifest of ${start.name}`);
      if (map.has(id)) throw new Error(`the ${kind} "${id}" is registered already`);
      map.set(id, value);
      return { dispose: () => void (map.get(id) === value && map.delete(id)) };
    };
    const show =
      (severity: 'info' | 'warning' | 'error') =>
      async (message: string, ...actions: string[]) => {
        const answer = await rpc.request(toWorkbench.showMessage.contract, { severity, message, actions }, patient);
        return answer.action ?? undefined;
      };
    const log = (level: 'info' | 'warn' | 'error') => (message: string) =>
      background(rpc.request(toWorkbench.log.contract, { level, message: String(message).slice(0, 10_000) }));

    return {
      commands: {
        register: (command, body) =>
          register(
            this.commands,
            start.commands,
            'command',
            command,
            body as (args: unknown, c: CommandContext) => unknown,
          ),
        execute: (command, args = {}) =>
          rpc.request(toWorkbench.executeCommand.contract, { command, arguments: args }, patient),
      },
      devices: {
        query: (query, options = {}) => rpc.request(toWorkbench.devicesQuery.contract, { query, ...options }),
        get: async (device) => (await rpc.request(toWorkbench.devicesGet.contract, { device })).device ?? undefined,
        details: (device) => rpc.request(toWorkbench.devicesDetails.contract, { device }),
        rename: async (device, nickname) => {
          await rpc.request(toWorkbench.devicesRename.contract, { device, nickname });
        },
        wake: async (devices, context = {}) => {
          const options = { timeout: 0, token: context.token as never, onProgress: context.progress };
          return withNames(await rpc.request(toWorkbench.devicesWake.contract, { devices: [...devices] }, options));
        },
        wakeRelays: async () => (await rpc.request(toWorkbench.devicesWakeRelays.contract, {})).relays,
        setWakeRelays: async (relays) => {
          await rpc.request(toWorkbench.devicesSetWakeRelays.contract, { relays: [...relays] });
        },
        setWakePassword: async (device, password) => {
          await rpc.request(toWorkbench.devicesSetWakePassword.contract, { device, password });
        },
        wakeSchedules: {
          list: async () => (await rpc.request(toWorkbench.wakeSchedulesList.contract, {})).schedules,
          save: ({ devices, groups, days, ...schedule }, id) =>
            rpc.request(toWorkbench.wakeSchedulesSave.contract, {
              ...{ ...schedule, devices: [...devices], groups: [...groups], days: [...days] },
              ...(id !== undefined && { schedule: id }),
            }),
          delete: async (schedule) => {
            await rpc.request(toWorkbench.wakeSchedulesDelete.contract, { schedule });
          },
          history: async (schedule, limit = 30) =>
            (await rpc.request(toWorkbench.wakeSchedulesHistory.contract, { schedule, limit })).wakes,
          results: async (wake, after = 0) => {
            const { next, ...rest } = await rpc.request(toWorkbench.wakeSchedulesResults.contract, { wake, after });
            return { results: withNames(rest), next };
          },
          onDidChange: this.wakeSchedulesChanged.event,
        },
        act: (action, devices, { quiet = false, token, progress } = {}) =>
          rpc.request(
            toWorkbench.devicesAct.contract,
            { action, devices: [...devices], quiet },
            { timeout: 0, token: token as never, onProgress: progress },
          ),
        undo: (job, { quiet = false, token, progress } = {}) =>
          rpc.request(
            toWorkbench.devicesUndo.contract,
            { job, quiet },
            { timeout: 0, token: token as never, onProgress: progress },
          ),
        retry: (job, { quiet = false, token, progress } = {}) =>
          rpc.request(
            toWorkbench.devicesRetry.contract,
            { job, quiet },
            { timeout: 0, token: token as never, onProgress: progress },
          ),
        queued: (options = {}) => rpc.request(toWorkbench.devicesQueued.contract, { limit: 1000, ...options }),
        cancel: (job, devices) =>
          rpc.request(toWorkbench.devicesCancel.contract, { job, ...(devices && { devices: [...devices] }) }),
        deleted: (options = {}) =>
          rpc.request(toWorkbench.devicesDeleted.contract, { search: '', limit: 500, ...options }),
        onDidChangeActions: this.actionsChanged.event,
        onDidChange: this.devicesChanged.event,
      },
      groups: {
        list: () => rpc.request(toWorkbench.groupsList.contract, {}),
        onDidChange: this.groupsChanged.event,
      },
      installers: {
        list: (options = {}) => rpc.request(toWorkbench.installersList.contract, options),
        formats: () => rpc.request(toWorkbench.installersFormats.contract, {}),
        generate: (options) => rpc.request(toWorkbench.installersGenerate.contract, options),
        // Compressing the payload for the first time, or a slow line, may take minutes; both can be cancelled.
        prepare: (installer, format, { test, token, progress } = {}) =>
          rpc.request(
            toWorkbench.installersPrepare.contract,
            { installer, format, ...(test && { test }) },
            { timeout: 0, token: token as never, onProgress: progress },
          ),
        save: (file, output) =>
          rpc.request(
            toWorkbench.installersSave.contract,
            { file, ...(output === undefined ? {} : { output }) },
            patient,
          ),
        ledger: (installer) => rpc.request(toWorkbench.installersLedger.contract, { installer }),
        revoke: (installer) => rpc.request(toWorkbench.installersRevoke.contract, { installer }),
      },
      sessions: {
        list: () => rpc.request(toWorkbench.sessionsList.contract, {}),
        invite: () => rpc.request(toWorkbench.sessionsInvite.contract, {}),
        start: (device) => rpc.request(toWorkbench.sessionsStart.contract, { device }),
        end: (session) => rpc.request(toWorkbench.sessionsEnd.contract, { session }),
        show: async (session) => {
          await rpc.request(toWorkbench.sessionsShow.contract, { session });
        },
        onDidChange: this.sessionChanged.event,
      },
      setUps: {
        list: () => rpc.request(toWorkbench.setUpsList.contract, {}),
        begin: async (session) =>
          (await rpc.request(toWorkbench.setUpsBegin.contract, { session }, patient)).setUp ?? undefined,
        cancel: (setUp) => rpc.request(toWorkbench.setUpsCancel.contract, { setUp }),
        complete: (setUp, details) => rpc.request(toWorkbench.setUpsComplete.contract, { setUp, ...details }),
        onDidChange: this.setUpChanged.event,
      },
      portal: {
        get: () => rpc.request(toWorkbench.portalGet.contract, {}),
        setAppearance: (appearance) => rpc.request(toWorkbench.portalSetAppearance.contract, appearance),
      },
      rollOuts: this.rollOuts(rpc),
      window: {
        showInformation: show('info'),
        showWarning: show('warning'),
        showError: show('error'),
        confirm: async (options) =>
          (
            await rpc.request(
              toWorkbench.confirm.contract,
              { ...options, destructive: options.destructive ?? false },
              patient,
            )
          ).confirmed,
        showQuickPick: async ({ items, ...options }) =>
          (await rpc.request(toWorkbench.showQuickPick.contract, { ...options, items: [...items] }, patient)).picked ??
          undefined,
        showInputBox: async (options) =>
          (
            await rpc.request(
              toWorkbench.showInputBox.contract,
              { password: false, required: false, maxLength: 1000, ...options },
              patient,
            )
          ).value ?? undefined,
        openPage: async (page) => {
          await rpc.request(toWorkbench.openPage.contract, page as never);
        },
        closePage: async (id) => {
          await rpc.request(toWorkbench.closePage.contract, { id });
        },
        updatePage: async (page) => (await rpc.request(toWorkbench.updatePage.contract, page as never)).open,
        writeClipboard: async (text) => {
          await rpc.request(toWorkbench.writeClipboard.contract, { text });
        },
      },
      views: {
        registerTree: (view, provider) => register(this.trees, start.views, 'view', view, provider),
        refresh: (view, node) =>
          background(rpc.request(toWorkbench.refreshView.contract, { view, node: node ?? null })),
      },
      configuration: {
        get: <T>(setting: string) => this.configuration[setting] as T,
        onDidChange: this.configurationChanged.event,
      },
      l10n: this.l10n(rpc),
      storage: {
        get: async <T>(key: string) => {
          const { value } = await rpc.request(toWorkbench.storageGet.contract, { key });
          return (value ?? undefined) as T | undefined;
        },
        set: async (key, value) => {
          await rpc.request(toWorkbench.storageSet.contract, { key, value });
        },
      },
      context: {
        set: (key, value) => background(rpc.request(toWorkbench.setContext.contract, { key, value })),
      },
      environment: { name: 'Latchkey', version: start.workbenchVersion, kind: start.environment },
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      subscriptions: [],
    };
  }

  private rollOuts(rpc: RpcConnection): Latchkey['rollOuts'] {
    const changeDomain =
      (action: 'apply' | 'undo'): Latchkey['rollOuts']['apply'] =>
      async (rollOut, { domainController, account, certificate, token, progress } = {}) => {
        const asked = {
          ...{ rollOut, action },
          ...(domainController !== undefined && { domainController }),
          ...(account !== undefined && { account }),
          ...(certificate !== undefined && { certificate }),
        };
        const options = { timeout: 0, token: token as never, onProgress: progress };
        return (await rpc.request(toWorkbench.rollOutsChangeDomain.contract, asked, options)).changes ?? undefined;
      };
    return {
      list: () => rpc.request(toWorkbench.rollOutsList.contract, {}),
      get: (rollOut) => rpc.request(toWorkbench.rollOutsGet.contract, { rollOut }),
      create: (group, changes = {}) => rpc.request(toWorkbench.rollOutsCreate.contract, { ...changes, group }),
      update: (rollOut, changes) => rpc.request(toWorkbench.rollOutsUpdate.contract, { ...changes, rollOut }),
      delete: async (rollOut, { forgetDomain } = {}) => {
        await rpc.request(toWorkbench.rollOutsDelete.contract, {
          rollOut,
          ...(forgetDomain !== undefined && { forgetDomain }),
        });
      },
      made: async (rollOut) => (await rpc.request(toWorkbench.rollOutsMade.contract, { rollOut })).changes,
      progress: (rollOut) => rpc.request(toWorkbench.rollOutsProgress.contract, { rollOut }),
      prepare: (rollOut, { token, progress } = {}) =>
        rpc.request(
          toWorkbench.rollOutsPrepare.contract,
          { rollOut, language: this.localizer.language },
          { timeout: 0, token: token as never, onProgress: progress },
        ),
      save: (file, output) =>
        rpc.request(
          toWorkbench.rollOutsSave.contract,
          { file, ...(output !== undefined && { output }) },
          { timeout: 0 },
        ),
      apply: changeDomain('apply'),
      undo: changeDomain('undo'),
      onDidChange: this.rollOutChanged.event,
    };
  }

  private l10n(rpc: RpcConnection): Latchkey['l10n'] {
    const current = (): Localizer => this.localizer;
    return {
      t: (key, args) => current().t(key, args),
      describeProblem: async (problem) => (await rpc.request(toWorkbench.describeProblem.contract, problem)).text,
      get language() {
        return current().language;
      },
      onDidChange: this.languageChanged.event,
    };
  }
}

function withNames({ names, ...outcomes }: WakeOutcomes & { readonly names: readonly string[] }): WakeResult[] {
  const nameOf = new Map(outcomes.outcomes.map(({ device }, index) => [device, names[index]]));
  return unpackWakeResults(outcomes, (device) => nameOf.get(device));
}
