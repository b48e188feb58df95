import type { Catalogue, Language } from '#core/base/l10n/localizer.ts';
import { Localizer } from '#core/base/l10n/localizer.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { CommandContext, Disposable, Latchkey, Session, SetUp, TreeDataProvider } from '#protocol/api/index.ts';
import { toExtension, toWorkbench } from '#protocol/extension-host.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import { devicesApi } from './api/devices-api.ts';
import { installersApi } from './api/installers-api.ts';
import { patient } from './api/request-options.ts';
import { rollOutsApi } from './api/roll-outs-api.ts';
import { sessionsApi } from './api/sessions-api.ts';
import { setUpsApi } from './api/set-ups-api.ts';
import { groupsApi } from './api/groups-api.ts';
import { windowApi } from './api/window-api.ts';
import { Emitter } from './emitter.ts';

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
    /** The workbench tells only those who listen. */
    const subscribed = <T>(contract: typeof toWorkbench.devicesSubscribe.contract): Emitter<T> =>
      new Emitter(() => background(rpc.request(contract, {})));
    this.devicesChanged = subscribed(toWorkbench.devicesSubscribe.contract);
    this.actionsChanged = subscribed(toWorkbench.actionsSubscribe.contract);
    this.wakeSchedulesChanged = subscribed(toWorkbench.wakeSchedulesSubscribe.contract);
    this.groupsChanged = subscribed(toWorkbench.groupsSubscribe.contract);
    this.sessionChanged = subscribed(toWorkbench.sessionsSubscribe.contract);
    this.setUpChanged = subscribed(toWorkbench.setUpsSubscribe.contract);
    this.rollOutChanged = subscribed(toWorkbench.rollOutsSubscribe.contract);
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
    const log = (level: 'info' | 'warn' | 'error') => (message: string) =>
      background(rpc.request(toWorkbench.log.contract, { level, message: String(message).slice(0, 10_000) }));
    const window = windowApi(rpc);

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
      devices: devicesApi(rpc, {
        devices: this.devicesChanged.event,
        actions: this.actionsChanged.event,
        wakeSchedules: this.wakeSchedulesChanged.event,
      }),
      groups: groupsApi(rpc, start.environment, window.showQuickPick, this.groupsChanged.event),
      installers: installersApi(rpc),
      sessions: sessionsApi(rpc, this.sessionChanged.event),
      setUps: setUpsApi(rpc, this.setUpChanged.event),
      portal: {
        get: () => rpc.request(toWorkbench.portalGet.contract, {}),
        setAppearance: (appearance) => rpc.request(toWorkbench.portalSetAppearance.contract, appearance),
      },
      rollOuts: rollOutsApi(rpc, () => this.localizer.language, this.rollOutChanged.event),
      window,
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
