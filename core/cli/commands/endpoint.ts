import type { Command } from 'commander';
import { joinCommand, type JoinOptions } from '#core/endpoint/commands/join-command.ts';
import { removeCommand } from '#core/endpoint/commands/remove-command.ts';
import { runCommand } from '#core/endpoint/commands/run-command.ts';
import { statusCommand } from '#core/endpoint/commands/status-command.ts';
import type { CliIo } from '../cli-io.ts';

interface DataOption {
  readonly data?: string;
}

/** `latchkey endpoint …`: what the installed endpoint does, from the command line of a source tree. */
export function registerEndpoint(program: Command, io: CliIo): void {
  const t = (key: string): string => io.localizer.t(`endpoint.${key}`);
  const endpoint = program.command('endpoint').description(t('description'));
  const add = (name: string): Command =>
    endpoint.command(name).description(t(name)).option('--data <folder>', t('option.data'));
  add('join')
    .option('--hub <url>', t('option.hub'))
    .option('--token <token>', t('option.token'))
    .option('--config <file>', t('option.config'))
    .action((options: JoinOptions) => joinCommand(options, io));
  add('run')
    .option('--config <file>', t('option.config'))
    .action((options: DataOption & { config?: string }) => runCommand(options, io));
  add('status').action((options: DataOption) => statusCommand(options, io));
  add('remove').action((options: DataOption) => removeCommand(options, io));
}
