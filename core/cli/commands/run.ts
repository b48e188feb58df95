import { CancellationTokenSource } from '#jsonrpc';
import type { Command } from 'commander';
import { argumentsOf, type Arguments } from '#core/workbench/commands/arguments-schema.ts';
import type { RegisteredCommand } from '#core/workbench/commands/command-registry.ts';
import { localizedSchema } from '#core/workbench/commands/localized-schema.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from '../cli-io.ts';
import { parseFlags } from '../command-flags.ts';
import { hubAccess } from '../credentials.ts';
import { personText } from '../person-text.ts';
import { table } from '../table.ts';

/** `latchkey run COMMAND [--NAME VALUE]…`: the flags are made from the command's own schema. */
export function registerRun(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('run')
    .description(t('run.description'))
    .usage(t('run.usage'))
    .argument('[command]', t('run.command'))
    .argument('[flags...]', t('run.flags'))
    .option('--hub <url>', t('option.hub'))
    .option('--args <json>', t('run.args'))
    // `run COMMAND --help` is about that command.
    .helpOption(false)
    .allowUnknownOption()
    .action(async (id: string | undefined, words: string[], options: { hub?: string; args?: string }, own: Command) => {
      if (id === undefined || id === '--help' || id === '-h') {
        if (id === undefined && !words.length) throw new LatchkeyError('cli.usage', { problem: t('run.needsCommand') });
        return void process.stdout.write(own.helpInformation());
      }
      const { openHeadlessWorkbench } = await import('../headless-workbench.ts');
      const access = await hubAccess(io.env, options.hub);
      const workbench = await openHeadlessWorkbench(access, io, true);
      try {
        const command = workbench.registry.get(id);
        if (!command) throw new LatchkeyError('command.unknown', { command: id });
        if (words.includes('--help') || words.includes('-h'))
          return io.result(helpValue(command), helpText(command, t));
        const flags = parseFlags(id, command.contribution.arguments, words, t);
        const args = { ...(await jsonArguments(id, options.args, io)), ...flags };
        const source = new CancellationTokenSource();
        const cancel = (): void => source.cancel();
        io.signal.addEventListener('abort', cancel, { once: true });
        if (io.signal.aborted) cancel();
        const result = await workbench.commands.run(id, args, {
          source: 'cli',
          token: source.token,
          onProgress: ({ message, fraction }) => {
            // In a log every tenth is enough.
            const shown = fraction === undefined || io.interactive ? fraction : Math.floor(fraction * 10) / 10;
            const share = shown === undefined ? undefined : t('run.fraction', { fraction: shown });
            const text = [share, message].filter(Boolean).join(' ');
            if (text) io.progress(text);
          },
        });
        io.result(result, personText(result, io.localizer.language));
        // Of many devices some may have failed: the result says which, the exit code that it was not all.
        if (hasFailures(result)) io.partlyFailed?.();
      } finally {
        workbench.dispose();
      }
    });
}

/** `--args '{"name": "x"}'`, or `--args -` for standard input. */
async function jsonArguments(command: string, text: string | undefined, io: CliIo): Promise<Arguments> {
  if (text === undefined) return {};
  const invalid = (problem: string): LatchkeyError =>
    new LatchkeyError('command.invalidArguments', { command, problem });
  let value: unknown;
  try {
    value = JSON.parse(text === '-' ? await io.readInput() : text);
  } catch (error) {
    throw invalid(`--args: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(io.localizer.t('run.argsNotObject'));
  return value as Arguments;
}

const helpValue = ({ id, label, description, contribution, contributor }: RegisteredCommand) => ({
  id,
  title: label,
  description,
  arguments: localizedSchema(contribution.arguments ?? { type: 'object', properties: {} }, contributor),
});

function helpText(command: RegisteredCommand, t: (key: string, args?: Record<string, string>) => string): string {
  const rows = argumentsOf(command.contribution.arguments).map(
    ({ name, schema, type, many, required, choices, entity }) => {
      const placeholder = choices?.join('|') ?? entity ?? (type === 'boolean' ? '' : (type ?? 'json'));
      const value = placeholder && many ? `${placeholder},…` : placeholder;
      const text = [schema.title, schema.description].filter((each) => typeof each === 'string');
      const notes = [
        required && t('run.required'),
        schema.default !== undefined && t('run.default', { value: String(schema.default) }),
      ];
      const shown = text.map((each) => command.contributor.localize(each as string)).join(': ');
      return [`  --${name}${value ? ` ${value}` : ''}`, [shown, ...notes.filter(Boolean)].filter(Boolean).join(' ')];
    },
  );
  const head = [`latchkey run ${command.id}: ${command.label}`, command.description].filter(Boolean).join('\n');
  return rows.length > 0 ? `${head}\n\n${table(rows)}` : head;
}

function hasFailures(result: unknown): boolean {
  const failed = (result as { failed?: unknown } | null)?.failed;
  return typeof failed === 'number' && failed > 0;
}
