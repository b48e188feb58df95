import { BehaviorSubject, Subscription, type Observable } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import type { RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import { version } from '#core/base/version.ts';
import type { CommandCall } from '#core/workbench/commands/command-registry.ts';
import type { ExtensionActivator } from '#core/workbench/extensions/extension-activator.ts';
import { viewIds } from '#core/workbench/extensions/check-extension.ts';
import type { ExtensionRegistry, RegisteredExtension } from '#core/workbench/extensions/extension-registry.ts';
import type { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { eventsToExtension, toExtension, type TreeNode } from '#protocol/extension-host.ts';
import type { ConfigurationContribution } from '#protocol/manifest.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { serveExtensionCalls } from './extension-calls.ts';
import type { ExtensionRunner } from './extension-process.ts';
import type { ExtensionServices } from './extension-services.ts';
import { loadBundle } from './load-bundle.ts';
import { SupervisedExtension, type ExtensionStatus, type SupervisionOptions } from './supervised-extension.ts';

/** What extensions are configured with. */
export interface ExtensionSettings {
  /** The values of an extension's own settings, defaults included. */
  valuesOf(contribution: ConfigurationContribution): Record<string, unknown>;
  /** Emits when any setting has changed. */
  readonly changes$: Observable<unknown>;
}

export interface ExtensionHostOptions {
  readonly registry: ExtensionRegistry;
  readonly runner: ExtensionRunner;
  readonly services: ExtensionServices;
  readonly l10n: LocalizationService;
  readonly settings: ExtensionSettings;
  readonly environment: 'browser' | 'headless';
  /** Fetches a path of the hub with the technician's own credentials. */
  readonly get: (path: string) => Promise<Response>;
  /** Told of each fall, and in how many milliseconds it is restarted; null: it is given up. */
  readonly onFall: (extension: RegisteredExtension, error: LatchkeyError, restartIn: number | null) => void;
  readonly supervision?: Partial<SupervisionOptions>;
}

interface Hosted {
  readonly extension: RegisteredExtension;
  readonly supervised: SupervisedExtension;
  /** The bundle and its rights: where these change the extension is another one. */
  readonly fingerprint: string;
}

/** Runs the extensions of the registry, each in isolation, and asks them what the workbench needs. */
export class ExtensionHost implements ExtensionActivator, Disposable {
  private readonly options: ExtensionHostOptions;
  private readonly hosted = new Map<string, Hosted>();
  private readonly statuses = new BehaviorSubject<readonly ExtensionStatus[]>([]);
  private readonly subscription = new Subscription();
  private startupFinished = false;
  /** How every extension fares; emits at each change. */
  readonly statuses$: Observable<readonly ExtensionStatus[]> = this.statuses;

  constructor(options: ExtensionHostOptions) {
    this.options = options;
  }

  /** Follows the registry, the language and the settings. Starts extensions that want to be started at once. */
  start(): void {
    const { registry, l10n, settings } = this.options;
    this.subscription.add(registry.set$.subscribe(({ extensions }) => this.follow(extensions)));
    this.subscription.add(
      l10n.localizer$.subscribe(({ language }) => {
        for (const { extension, supervised } of this.hosted.values()) {
          const messages = registry.messagesOf(extension);
          supervised.connection?.notify(eventsToExtension.languageChanged, { language, messages });
        }
      }),
    );
    this.subscription.add(
      settings.changes$.subscribe(() => {
        for (const { extension, supervised } of this.hosted.values()) {
          const values = this.configurationOf(extension);
          supervised.connection?.notify(eventsToExtension.configurationChanged, { values });
        }
      }),
    );
  }

  /** The workbench is drawn and idle: time for extensions that waited for that. */
  finishStartup(): void {
    this.startupFinished = true;
    for (const hosted of this.hosted.values()) this.activateBy(hosted);
  }

  /** Starts an extension where it is not running. */
  async activate(extension: string): Promise<void> {
    await this.require(extension).activate();
  }

  async executeCommand(
    extension: string,
    command: string,
    args: Record<string, unknown>,
    { token, progress }: CommandCall,
  ): Promise<unknown> {
    // As long as it answers pings a command may take its time.
    const options = { token, onProgress: progress, timeout: 0 };
    return this.request(extension, toExtension.executeCommand, { command, arguments: args }, options);
  }

  async treeChildren(extension: string, view: string, node: string | null): Promise<TreeNode[]> {
    return this.request(extension, toExtension.treeChildren, { view, node }, {});
  }

  /** By hand: also one that was given up. */
  async restart(extension: string): Promise<void> {
    await this.require(extension).restart();
  }

  dispose(): void {
    this.subscription.unsubscribe();
    for (const { supervised } of this.hosted.values()) supervised.dispose();
    this.hosted.clear();
    this.statuses.complete();
  }

  private request<P, R>(
    extension: string,
    contract: RequestContract<P, R>,
    params: NoInfer<P>,
    options: RequestOptions,
  ): Promise<R> {
    return this.require(extension).request(contract, params, options);
  }

  private require(name: string): SupervisedExtension {
    const hosted = this.hosted.get(name);
    if (!hosted) throw new LatchkeyError('extension.crashed', { extension: name, reason: 'notLoaded' });
    return hosted.supervised;
  }

  private follow(extensions: readonly RegisteredExtension[]): void {
    const wanted = new Map(extensions.map((extension) => [extension.name, extension]));
    for (const [name, { extension, supervised, fingerprint }] of [...this.hosted]) {
      const now = wanted.get(name);
      if (now && fingerprintOf(now) === fingerprint) {
        if (now !== extension) this.hosted.set(name, { extension: now, supervised, fingerprint });
        wanted.delete(name);
        continue;
      }
      this.hosted.delete(name);
      supervised.dispose();
    }
    for (const extension of wanted.values()) this.host(extension);
    this.announce();
  }

  private host(extension: RegisteredExtension): void {
    const { name, offered } = extension;
    const { runner, services, get, onFall, supervision } = this.options;
    const supervised = new SupervisedExtension({
      name,
      runner,
      load: () => loadBundle(offered, get),
      activation: () => this.activation(extension),
      serve: (rpc) => serveExtensionCalls(rpc, offered, services),
      onInternalError: (error, method) => {
        services.log(name, 'error', `${method}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
        return name;
      },
      onFall: (error, restartIn) => onFall(extension, error, restartIn),
      ...(supervision ? { supervision } : {}),
    });
    const hosted = { extension, supervised, fingerprint: fingerprintOf(extension) };
    this.hosted.set(name, hosted);
    supervised.status$.subscribe(() => this.announce());
    this.activateBy(hosted);
  }

  private activateBy({ extension, supervised }: Hosted): void {
    const { activationEvents } = extension.offered.manifest;
    if (activationEvents.includes('*') || (this.startupFinished && activationEvents.includes('onStartupFinished'))) {
      supervised.activate().catch(() => {}); // told by `statuses$` and `onFall`
    }
  }

  private activation(extension: RegisteredExtension) {
    const { registry, l10n, environment } = this.options;
    const { manifest } = extension.offered;
    return {
      name: manifest.name,
      version: manifest.version,
      language: l10n.language,
      messages: registry.messagesOf(extension),
      configuration: this.configurationOf(extension),
      environment,
      workbenchVersion: version,
      commands: manifest.contributes.commands.map(({ command }) => command),
      views: viewIds(manifest),
    };
  }

  private configurationOf({ offered }: RegisteredExtension): Record<string, unknown> {
    const { configuration } = offered.manifest.contributes;
    return configuration ? this.options.settings.valuesOf(configuration) : {};
  }

  private announce(): void {
    this.statuses.next([...this.hosted.values()].map(({ supervised }) => supervised.currentStatus));
  }
}

const fingerprintOf = ({ offered: { sha256, granted, manifest } }: RegisteredExtension): string =>
  JSON.stringify([sha256, granted, manifest]);
