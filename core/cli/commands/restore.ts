import { resolve } from 'node:path';
import type { Command } from 'commander';
import { dataFolderOf } from '../hub-environment.ts';
import type { CliIo } from '../cli-io.ts';
import { requireOwnStore } from './backup.ts';

/** `latchkey restore FILE`: a backup in the place of the hub's data, while the hub does not run. */
export function registerRestore(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('restore')
    .description(t('restore.description'))
    .argument('<file>', t('restore.file'))
    .action(async (file: string) => {
      requireOwnStore(io);
      const { restoreStore } = await import('#core/hub/store/backup.ts');
      const former = await restoreStore(dataFolderOf(io.env), file);
      const lines = [t('restore.done', { file: resolve(file) })];
      if (former !== undefined) lines.push(t('restore.former', { file: former }));
      io.result({ file: resolve(file), former: former ?? null }, lines.join('\n'));
    });
}
