import type { DevicePicks } from '../devices/device-picks.ts';
import { asksForField } from '../devices/device-query.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import { goBack, type QuickPickItem, type QuickPickOptions } from '../quick-input/quick-pick.ts';
import type { QuickInputService, Step } from '../quick-input/quick-input-service.ts';
import type { SessionNames } from '../sessions/session-names.ts';
import type { ArgumentResolver } from './argument-resolver.ts';
import { argumentsOf, findProblem, type Argument, type Arguments } from './arguments-schema.ts';
import type { RegisteredCommand } from './command-registry.ts';

/** Asks a person for the arguments that a command lacks, one step each. */
export class ArgumentAsker {
  private readonly quickInput: QuickInputService;
  private readonly replica: DeviceReplica;
  private readonly picks: DevicePicks;
  private readonly resolver: ArgumentResolver;
  private readonly l10n: LocalizationService;
  private readonly sessions: SessionNames;

  constructor(
    quickInput: QuickInputService,
    replica: DeviceReplica,
    picks: DevicePicks,
    resolver: ArgumentResolver,
    l10n: LocalizationService,
    sessions: SessionNames,
  ) {
    this.quickInput = quickInput;
    this.replica = replica;
    this.picks = picks;
    this.resolver = resolver;
    this.l10n = l10n;
    this.sessions = sessions;
  }

  /** @returns the arguments filled; undefined where the person gave up */
  async ask(command: RegisteredCommand, args: Arguments): Promise<Arguments | undefined> {
    const filled = { ...args };
    this.fillOnlyGroup(command, filled);
    const wanted = argumentsOf(command.contribution.arguments).filter(
      ({ name, required, ask, schema }) =>
        filled[name] === undefined && (ask || (required && schema.default === undefined)),
    );
    const steps = wanted.map((argument): Step => async (position) => {
      const answer = await this.askOne(command, argument, filled, position);
      if (answer === undefined || answer === goBack) return answer;
      filled[argument.name] = answer.value;
      return true;
    });
    return (await this.quickInput.steps(steps)) ? filled : undefined;
  }

  /** Where there is one device group there is nothing to choose. */
  private fillOnlyGroup(command: RegisteredCommand, filled: Arguments): void {
    const [only, other] = this.replica.groups();
    if (!only || other) return;
    for (const { name, entity, many, required, ask } of argumentsOf(command.contribution.arguments)) {
      if (entity === 'group' && !many && (required || ask) && filled[name] === undefined) filled[name] = only.id;
    }
  }

  private async askOne(
    command: RegisteredCommand,
    argument: Argument,
    filled: Arguments,
    position: Parameters<Step>[0],
  ): Promise<{ readonly value: unknown } | typeof goBack | undefined> {
    const text = (key: string): string | undefined =>
      typeof argument.schema[key] === 'string' ? command.contributor.localize(argument.schema[key]) : undefined;
    const label = text('title') ?? argument.name;
    const base = {
      title: command.title,
      ...(position.totalSteps > 1 ? position : {}),
      placeholder: text('description') ?? label,
    };
    const list = await this.choices(argument);
    if (list) {
      const picked = await this.quickInput.pick({ ...base, ...list, many: argument.many });
      if (!Array.isArray(picked)) return picked as typeof goBack | undefined;
      const values = (picked as readonly string[]).map((id) => choiceValue(argument, id));
      return { value: argument.many ? values : values[0] };
    }
    const before = filled[argument.name] ?? argument.schema.default;
    const typed = await this.quickInput.input({
      ...base,
      prompt: text('description') ?? label,
      placeholder: text('x-placeholder'),
      value: before === undefined || before === null ? '' : String(before),
      password: argument.schema.format === 'password',
      validate: (value) => this.validate(command, argument, value),
    });
    return typeof typed === 'string' ? { value: typedValue(argument, typed) } : typed;
  }

  private async choices(argument: Argument): Promise<Pick<QuickPickOptions, 'items' | 'source'> | undefined> {
    if (argument.entity === 'device') return { source: (value) => this.deviceItems(argument, value) };
    if (argument.entity === 'group') {
      const description = (id: string): string =>
        this.l10n.t('group.devices', { count: this.replica.counts(id).total });
      const items = this.replica
        .groups()
        .map(({ id, name }) => ({ id, label: name, description: description(id), icon: 'folder' }));
      return { items };
    }
    if (argument.entity === 'installer') {
      return {
        items: this.resolver.installers().then((installers) => installers.map((each) => this.installerItem(each))),
      };
    }
    if (argument.entity === 'session') return { items: this.sessions.items() };
    if (argument.type === 'boolean') {
      return { items: ['true', 'false'].map((id) => ({ id, label: this.l10n.t(`boolean.${id}`) })) };
    }
    return (
      argument.choices && { items: argument.choices.map((choice, id) => ({ id: String(id), label: String(choice) })) }
    );
  }

  /** Devices for what is typed; where many can be chosen, all that match a query at once. */
  private deviceItems(argument: Argument, text: string): ReturnType<DevicePicks['items']> {
    return this.picks.items(text, (found) => {
      if (!argument.many) return {};
      const { maxItems } = argument.schema;
      const all = this.picks.all(found, typeof maxItems === 'number' ? maxItems : Infinity);
      // Whoever asks for fields wants what they find; whoever types a name wants one device.
      return asksForField(text) ? { first: all } : { last: all };
    });
  }

  private installerItem(installer: Awaited<ReturnType<ArgumentResolver['installers']>>[number]): QuickPickItem {
    const group = this.replica.group(installer.group)?.name ?? installer.group;
    return {
      id: installer.id,
      label: installer.name ?? group,
      description: [installer.name === null ? undefined : group, `${installer.used} / ${installer.limit}`]
        .filter(Boolean)
        .join(' · '),
      icon: 'package',
    };
  }

  private validate(command: RegisteredCommand, argument: Argument, text: string): string | undefined {
    const value = typedValue(argument, text);
    // Whoever is asked knows what it is called, not the name that programs use.
    const label =
      typeof argument.schema.title === 'string' ? command.contributor.localize(argument.schema.title) : argument.name;
    if (value === undefined)
      return argument.required ? this.l10n.t('argument.required', { argument: label }) : undefined;
    const { name, schema } = argument;
    const problem = findProblem({ type: 'object', properties: { [name]: schema } }, { [name]: value });
    if (!problem) return undefined;
    const own = schema.patternErrorMessage;
    if (problem.key === 'argument.pattern' && typeof own === 'string') return command.contributor.localize(own);
    const place = problem.argument === name ? label : problem.argument.replace(name, label);
    return this.l10n.t(problem.key, { argument: place, ...problem.args });
  }
}

function choiceValue({ entity, type, choices }: Argument, id: string): unknown {
  if (entity) return id;
  return type === 'boolean' ? id === 'true' : choices?.[Number(id)];
}

/** What was typed, as the schema's type; undefined for nothing. What is no number stays a text, which is then refused. */
export function typedValue({ type, many, required, schema }: Argument, text: string): unknown {
  if (many)
    return text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
  if (text === '' && [schema.type].flat().includes('null')) return null;
  if (text === '' && !(required && type === 'string' && schema.minLength === 0)) return undefined;
  if (type !== 'number' && type !== 'integer') return text;
  const number = Number(text.trim());
  return Number.isFinite(number) ? number : text;
}
