import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LatchkeyError } from '#protocol/errors.ts';
import { dataFolderOf } from '../hub-environment.ts';
import type { CliIo } from '../cli-io.ts';

/** `latchkey backup FILE`: a copy of the hub's data, while the hub runs too. */
export function registerBackup(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('backup')
    .description(t('backup.description'))
    .argument('<file>', t('backup.file'))
    .action(async (file: string) => {
      requireOwnStore(io);
      const { backUpStore } = await import('#core/hub/store/backup.ts');
      await backUpStore(dataFolderOf(io.env), file, ({ fraction }) => io.progress(t('backup.progress', { fraction })));
      io.result({ file: resolve(file) }, t('backup.done', { file: resolve(file) }));
    });
}

/** @throws LatchkeyError `data.keptElsewhere` where the hub's data is in a PostgreSQL, which has tools of its own */
export function requireOwnStore(io: CliIo): void {
  const text = io.env.LATCHKEY_DATABASE_URL;
  if (!text) return;
  const url = URL.parse(text);
  throw new LatchkeyError('data.keptElsewhere', {
    database: url ? `${url.host}${url.pathname}` : 'LATCHKEY_DATABASE_URL',
  });
}
