import type { Command } from 'commander';
import { localizedSchema } from '#core/workbench/commands/localized-schema.ts';
import type { CliIo } from '../cli-io.ts';
import { hubAccess } from '../credentials.ts';
import { table } from '../table.ts';

/** `latchkey commands`: what `latchkey run` can run. */
export function registerCommands(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('commands')
    .description(t('commands.description'))
    .option('--hub <url>', t('option.hub'))
    .action(async ({ hub }: { hub?: string }) => {
      const { openHeadlessWorkbench } = await import('../headless-workbench.ts');
      const workbench = await openHeadlessWorkbench(await hubAccess(io.env, hub), io, true);
      try {
        for (const { extension, problem } of workbench.extensions.current.problems) io.note(`${extension}: ${problem}`);
        const list = workbench.registry.all().map(({ id, label, contribution, contributor }) => ({
          id,
          title: label,
          arguments: localizedSchema(contribution.arguments ?? { type: 'object', properties: {} }, contributor),
        }));
        io.result(list, table(list.map(({ id, title }) => [id, title])));
      } finally {
        workbench.dispose();
      }
    });
}
