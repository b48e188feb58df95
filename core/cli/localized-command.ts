import { Command, type ErrorOptions, type Help } from 'commander';
import type { CliLocalizer } from './cli-localizer.ts';

/** What commander says, by the code of its error: the key of our text, and where its words stand in its message. */
const messages: Readonly<Record<string, readonly [key: string, pattern: RegExp]>> = {
  'commander.missingArgument': ['usage.missingArgument', /'(?<name>[^']*)'/],
  'commander.optionMissingArgument': ['usage.optionMissingValue', /'(?<name>[^']*)'/],
  'commander.missingMandatoryOptionValue': ['usage.missingOption', /'(?<name>[^']*)'/],
  'commander.unknownOption': ['usage.unknownOption', /'(?<name>[^']*)'/],
  'commander.unknownCommand': ['usage.unknownCommand', /'(?<name>[^']*)'/],
  'commander.excessArguments': ['usage.excessArguments', /Expected (?<expected>\d+) \w+ but got (?<given>\d+)/],
  'commander.invalidArgument': [
    'usage.invalidValue',
    /'(?<name>[^']*)' argument '(?<value>[^']*)' is invalid\.(?<problem>.*)/s,
  ],
};
const titles: Readonly<Record<string, string>> = {
  'Usage:': 'usage.title.usage',
  'Arguments:': 'usage.title.arguments',
  'Options:': 'usage.title.options',
  'Global Options:': 'usage.title.globalOptions',
  'Commands:': 'usage.title.commands',
};

/** A command whose help and whose complaints are in the reader's language. */
export class LocalizedCommand extends Command {
  private readonly localizer: CliLocalizer;

  constructor(name: string, localizer: CliLocalizer) {
    super(name);
    this.localizer = localizer;
    this.helpOption('-h, --help', localizer.t('usage.help'));
  }

  override createCommand(name: string): LocalizedCommand {
    return new LocalizedCommand(name, this.localizer);
  }

  override createHelp(): Help {
    const help = super.createHelp();
    const t = this.localizer.t.bind(this.localizer);
    help.styleTitle = (title) => (titles[title] ? t(titles[title]) : title);
    const described = help.optionDescription.bind(help);
    help.optionDescription = (option) => {
      const { defaultValue } = option;
      if (defaultValue === undefined) return described(option);
      return `${option.description} ${t('run.default', { value: String(defaultValue) })}`;
    };
    return help;
  }

  override error(message: string, options?: ErrorOptions): never {
    return super.error(this.localized(message, options?.code), options);
  }

  private localized(message: string, code: string | undefined): string {
    const [key, pattern] = messages[code ?? ''] ?? [];
    const found = pattern?.exec(message)?.groups;
    if (key === undefined || !found) return message.replace(/^error: /, '');
    const words = Object.fromEntries(Object.entries(found).map(([name, text]) => [name, text.trim()]));
    // `(Did you mean --hub?)`, or `(Did you mean one of --hub, --help?)`
    const similar = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1];
    const said = this.localizer.t(key, { ...words, name: words['name'] ?? this.name() });
    return similar === undefined ? said : `${said} ${this.localizer.t('usage.didYouMean', { similar })}`;
  }
}
