import { inspect } from 'node:util';
import { CommanderError, type Command } from 'commander';
import { chooseLanguage } from '#core/base/l10n/localizer.ts';
import { LatchkeyError, exitCodeOf } from '#protocol/errors.ts';
import { processIo } from './process-io.ts';
import type { CliIo } from './cli-io.ts';
import { CliLocalizer } from './cli-localizer.ts';
import { LocalizedCommand } from './localized-command.ts';

/** Adds one subcommand, or a family of them, to the program. */
export type Register = (program: Command, io: CliIo) => void;

/**
 * Runs the command line once.
 * @param argv what follows the program's name
 * @returns the exit code: 0 done, 1 failed, 2 bad usage, 3 refused, 4 hub unreachable
 */
export async function main(argv: readonly string[], commands: readonly Register[], version: string): Promise<number> {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const language = chooseLanguage([LC_ALL || LC_MESSAGES || LANG || 'en']);
  const localizer = new CliLocalizer(language);
  let exitCode = 0;
  const io = { ...processIo(localizer, argv.includes('--json')), partlyFailed: () => void (exitCode = 1) };
  const t = localizer.t.bind(localizer);

  const program = new LocalizedCommand('latchkey', localizer)
    .description(t('program'))
    .version(version, '-V, --version', t('usage.version'))
    .helpCommand('help [command]', t('usage.helpCommand'))
    .option('--json', t('option.json'))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeErr: (text) => process.stderr.write(text),
      outputError: (text, write) => write(`latchkey: ${text}`),
    })
    .showHelpAfterError(t('helpHint'))
    .exitOverride();
  for (const register of commands) register(program, io);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      // Where a command is missing commander has written the help, and has nothing to say.
      const problem = error.code === 'commander.help' ? t('needsCommand') : error.message;
      const args = { problem };
      if (io.json) io.result({ error: { code: 'cli.usage', args, message: t('cli.usage', args) } }, '');
      return 2;
    }
    if (process.env.LATCHKEY_DEBUG) io.note(inspect(error));
    const shown = error instanceof LatchkeyError ? error : undefined;
    const message = shown ? t(shown.code, shown.args) : t('unexpected', { message: messageOf(error) });
    io.note(`latchkey: ${message}`);
    if (io.json) io.result({ error: { code: shown?.code ?? 'internal', args: shown?.args ?? {}, message } }, '');
    return exitCodeOf(error);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
