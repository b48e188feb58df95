import { systemLanguage } from './program/system-language.ts';
import { chooseLanguage } from '#core/base/l10n/localizer.ts';
import { version } from '#core/base/version.ts';
import { LatchkeyError, exitCodeOf } from '#protocol/errors.ts';
import { parseCommandLine } from './command-options.ts';
import { attendCommand } from './commands/attend-command.ts';
import { isShowerPipe } from './set-up/windows/run-with-rights.ts';
import { startCommand, stopCommand } from './commands/background-commands.ts';
import { blockCommand } from './commands/block-command.ts';
import { endpointTexts, type EndpointIo } from './commands/endpoint-io.ts';
import { joinCommand } from './commands/join-command.ts';
import { openCommand } from './commands/open-command.ts';
import { portalCommand } from './commands/portal-command.ts';
import { removeCommand } from './commands/remove-command.ts';
import { runCommand } from './commands/run-command.ts';
import { statusCommand } from './commands/status-command.ts';

type Values = Partial<
  Record<'hub' | 'token' | 'tokenFile' | 'config' | 'data' | 'root' | 'shower', string | undefined>
> & {
  readonly grant?: boolean;
};
const commands: Readonly<Record<string, (values: Values, io: EndpointIo) => Promise<void>>> = {
  join: joinCommand,
  run: runCommand,
  start: startCommand,
  stop: stopCommand,
  status: statusCommand,
  remove: removeCommand,
  open: openCommand,
  block: blockCommand(true),
  unblock: blockCommand(false),
  attend: attendCommand,
  portal: portalCommand,
  version: async (_values, io) => io.result({ version }, version),
};

/** The streams and signals of a process. */
export interface ProcessLike {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
}

/**
 * The installed program's command line.
 * @returns the exit code: 0 done, 1 failed, 2 bad usage, 3 refused, 4 hub unreachable
 */
export async function runEndpointCli(argv: readonly string[], world: ProcessLike): Promise<number> {
  const { LC_ALL, LC_MESSAGES, LANG } = world.env;
  const localizer = endpointTexts(chooseLanguage([LC_ALL || LC_MESSAGES || LANG || systemLanguage()]));
  const json = argv.includes('--json');
  const io: EndpointIo = {
    env: world.env,
    signal: world.signal,
    localizer,
    result: (value, text) => world.out(json ? JSON.stringify(value) : text),
    note: (text) => world.err(text),
  };
  try {
    const { values, positionals } = parseCommandLine(argv, localizer);
    if (values.version) return (await commands['version']?.({}, io), 0);
    const [name, ...rest] = positionals;
    if (values.help || name === undefined || name === 'help') {
      const text = localizer.t('usage');
      if (values.help || name === 'help') world.out(text);
      else world.err(text);
      return values.help || name === 'help' ? 0 : 2;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command || rest.length > 0)
      throw new LatchkeyError('cli.usage', { problem: localizer.t('unknownCommand', { name: rest[0] ?? name }) });
    if (values.shower !== undefined && !isShowerPipe(values.shower))
      throw new LatchkeyError('cli.usage', { problem: '--shower' });
    await command({ ...values, tokenFile: values['token-file'] }, io);
    return 0;
  } catch (error) {
    const shown = error instanceof LatchkeyError ? error : undefined;
    const message = shown
      ? localizer.t(shown.code, shown.args)
      : localizer.t('unexpected', { message: (error as Error).message });
    world.err(`latchkey-endpoint: ${message}`);
    if (json)
      world.out(JSON.stringify({ error: { code: shown?.code ?? 'internal', args: shown?.args ?? {}, message } }));
    return exitCodeOf(error);
  }
}
