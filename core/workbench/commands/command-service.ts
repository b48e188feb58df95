import { filter, Subject, take, type Observable } from 'rxjs';
import { CancellationTokenSource, type CancellationToken } from '#jsonrpc';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ProgressReport } from '#protocol/messages.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { ContextKeyService, ContextScope } from '../context-keys/context-key-service.ts';
import { deviceContext } from '../devices/device-context.ts';
import type { DeviceEntry } from '../devices/device-entry.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { NotificationService } from '../notifications/notification-service.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { ProgressService } from '../progress/progress-service.ts';
import type { SelectionService } from '../selection/selection-service.ts';
import type { SessionContext } from '../sessions/session-context.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';
import type { ArgumentAsker } from './argument-asker.ts';
import type { ArgumentResolver } from './argument-resolver.ts';
import { argumentsOf, findProblem, withDefaults, type Arguments } from './arguments-schema.ts';
import type { CommandRegistry, RegisteredCommand } from './command-registry.ts';

export type CommandSource = 'palette' | 'menu' | 'key' | 'cli' | 'api';

export interface RunOptions {
  /** A person is asked for what is missing from `palette`, `menu` and `key` (and told how far it is); programs never are. */
  readonly source: CommandSource;
  readonly token?: CancellationToken | undefined;
  readonly onProgress?: ((report: ProgressReport) => void) | undefined;
  /** Values for arguments that the schema may or may not name: of the tree node, or the page, that it is run from. */
  readonly context?: Arguments | undefined;
  /** For when-clauses. */
  readonly scope?: ContextScope | undefined;
}

/** `reason` says, in the language of now, why it is not enabled. */
export type Enablement =
  | { readonly enabled: true }
  | {
      readonly enabled: false;
      readonly reason: string;
      /** It is the technician who may not, whatever it is about. */
      readonly refused: boolean;
    };

export interface CommandServiceParts {
  readonly connection: Pick<HubConnection, 'status$'>;
  readonly registry: CommandRegistry;
  readonly contextKeys: ContextKeyService;
  readonly permissions: PermissionService;
  readonly replica: DeviceReplica;
  readonly selection: SelectionService;
  readonly resolver: ArgumentResolver;
  readonly asker: ArgumentAsker;
  readonly notifications: NotificationService;
  readonly progress: ProgressService;
  readonly l10n: LocalizationService;
  readonly storage: WorkbenchStorage;
  readonly sessions: SessionContext;
}

const interactive: ReadonlySet<CommandSource> = new Set(['palette', 'menu', 'key']);
const remembered = 50;

/** Runs commands, from wherever they are asked for, by what their contribution declares. */
export class CommandService {
  private readonly parts: CommandServiceParts;
  private readonly ran = new Subject<string>();
  /** The identifier of each command that has ended without an error. */
  readonly ran$: Observable<string> = this.ran;

  constructor(parts: CommandServiceParts) {
    this.parts = parts;
  }

  /** Commands run from the palette, the last one first. */
  get recent(): readonly string[] {
    return this.parts.storage.get<string[]>('commands.recent') ?? [];
  }

  /** Whether a command can be run now, and why not. For one that there is not: the reason says so. */
  enablement(id: string, scope?: ContextScope): Enablement {
    const command = this.parts.registry.get(id);
    if (!command)
      return { enabled: false, reason: this.parts.l10n.t('command.unknown', { command: id }), refused: false };
    const refusal = this.refusalOf(command);
    if (refusal !== undefined) return { enabled: false, reason: refusal, refused: true };
    const reason = this.reasonAgainst(command, scope);
    return reason === undefined ? { enabled: true } : { enabled: false, reason, refused: false };
  }

  /**
   * @returns what the command answers: JSON
   * @throws LatchkeyError `command.unknown`, `command.disabled`, `command.missingArgument`, `command.invalidArguments`,
   *   `device.ambiguous` and others of names; `rpc.cancelled` where the person gave up; or the command's own
   */
  async run(id: string, args: Arguments | undefined, options: RunOptions): Promise<unknown> {
    const command = this.parts.registry.get(id);
    if (!command) throw new LatchkeyError('command.unknown', { command: id });
    const filled = await this.fill(command, { ...args }, options);
    const result = await this.execute(command, filled, options);
    if (options.source === 'palette') this.remember(id);
    this.ran.next(id);
    return result;
  }

  /**
   * `run` for elements of the interface: an error is shown as a notification, giving up is not one. That the hub is away is
   * told until it is back.
   */
  async runAndReport(id: string, args: Arguments | undefined, options: RunOptions): Promise<unknown> {
    try {
      return await this.run(id, args, options);
    } catch (error) {
      if (error instanceof LatchkeyError && error.kind === 'cancelled') return undefined;
      const { notifications, l10n, connection } = this.parts;
      const about = error instanceof Error ? error : undefined;
      const shown = notifications.error(l10n.describeError(error), { about });
      if (error instanceof LatchkeyError && error.code === 'hub.unreachable') {
        const back = connection.status$.pipe(
          filter(({ state }) => state === 'online'),
          take(1),
        );
        back.subscribe(() => shown.close());
      }
      return undefined;
    }
  }

  private async fill(command: RegisteredCommand, args: Arguments, options: RunOptions): Promise<Arguments> {
    const { resolver, asker } = this.parts;
    const schema = command.contribution.arguments;
    const person = interactive.has(options.source);
    let filled = this.fillFromContext(command, args, options);
    if (person) filled = this.fillFromSelection(command, filled);
    filled = await resolver.resolve(schema, filled);
    // Before anything is asked: nobody should answer questions for nothing.
    this.check(command, filled, options.scope);
    if (person) {
      const answered = await asker.ask(command, filled);
      if (!answered) throw new LatchkeyError('rpc.cancelled');
      if (Object.keys(answered).length > Object.keys(filled).length) this.check(command, answered, options.scope);
      filled = answered;
    }
    filled = withDefaults(schema, filled);
    const missing = schema?.required?.find((name) => filled[name] === undefined);
    if (missing !== undefined)
      throw new LatchkeyError('command.missingArgument', { command: command.id, argument: missing });
    const problem = findProblem(schema, filled);
    if (problem) {
      const text = this.parts.l10n.t(problem.key, { argument: problem.argument, ...problem.args });
      throw new LatchkeyError('command.invalidArguments', { command: command.id, problem: text });
    }
    return filled;
  }

  private fillFromContext(command: RegisteredCommand, args: Arguments, { context = {} }: RunOptions): Arguments {
    for (const { name } of argumentsOf(command.contribution.arguments)) {
      if (args[name] === undefined && context[name] !== undefined) args[name] = context[name];
    }
    return args;
  }

  private fillFromSelection(command: RegisteredCommand, args: Arguments): Arguments {
    const { devices, groups, installers, sessions } = this.parts.selection.current;
    const selected = { device: devices, group: groups, installer: installers, session: sessions };
    for (const { name, entity, many, ask, schema } of argumentsOf(command.contribution.arguments)) {
      if (!entity || ask || args[name] !== undefined) continue;
      const ids = selected[entity];
      // Of a command that compares two, one selected is not meant: the person is asked.
      const fewest = typeof schema['minItems'] === 'number' ? schema['minItems'] : 1;
      if (many && ids.length >= Math.max(fewest, 1)) args[name] = [...ids];
      else if (!many && ids.length === 1) args[name] = ids[0];
    }
    return args;
  }

  private check(command: RegisteredCommand, args: Arguments, scope: ContextScope | undefined): void {
    const declared = argumentsOf(command.contribution.arguments);
    const session = declared.find(({ entity, many }) => entity === 'session' && !many);
    const entries = declared
      .filter(({ entity }) => entity === 'device')
      .flatMap(({ name }) => args[name] ?? [])
      .map((id) => this.parts.replica.get(String(id)))
      .filter((entry): entry is DeviceEntry => entry !== undefined);
    const reason = this.reasonAgainst(command, {
      ...scope,
      ...(entries.length > 0 ? deviceContext(entries) : {}),
      ...(session ? this.parts.sessions.ofId(String(args[session.name])) : {}),
    });
    if (reason !== undefined) throw new LatchkeyError('command.disabled', { command: command.title, reason });
  }

  private refusalOf({ contribution: { permission } }: RegisteredCommand): string | undefined {
    for (const needed of [permission ?? []].flat()) {
      const refused = this.parts.permissions.reason(needed);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  private reasonAgainst(command: RegisteredCommand, scope: ContextScope | undefined): string | undefined {
    const refusal = this.refusalOf(command);
    if (refusal !== undefined) return refusal;
    const { contextKeys, l10n } = this.parts;
    const { contribution, contributor } = command;
    const { enablement, disabledReasons = [] } = contribution;
    if (contextKeys.matches(enablement, scope)) return undefined;
    const found = disabledReasons.find(({ when }) => contextKeys.matches(when, scope));
    return found ? contributor.localize(found.reason) : l10n.t('command.notNow');
  }

  private async execute(command: RegisteredCommand, args: Arguments, options: RunOptions): Promise<unknown> {
    const source = new CancellationTokenSource();
    const cancelled = options.token?.onCancellationRequested(() => source.cancel());
    if (options.token?.isCancellationRequested) source.cancel();
    const shown = interactive.has(options.source)
      ? this.parts.progress.begin({ title: command.title, cancel: () => source.cancel() })
      : undefined;
    const progress = (report: ProgressReport): void => {
      shown?.report(report);
      options.onProgress?.(report);
    };
    try {
      return await command.body(args, { token: source.token, progress });
    } finally {
      shown?.end();
      cancelled?.dispose();
      source.dispose();
    }
  }

  private remember(id: string): void {
    const { storage } = this.parts;
    // Run again and again it is the last one already: writing that is half of what a quick command costs.
    if (this.recent[0] === id) return;
    storage.set('commands.recent', [id, ...this.recent.filter((each) => each !== id)].slice(0, remembered));
  }
}
