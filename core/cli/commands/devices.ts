import type { Command } from 'commander';
import type { CliIo } from '../cli-io.ts';
import { hubAccess } from '../credentials.ts';
import { table } from '../table.ts';

/** `latchkey devices [QUERY]`: the devices that the query matches, by name. */
export function registerDevices(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('devices')
    .description(t('devices.description'))
    .argument('[query...]', t('devices.query'))
    .option('--hub <url>', t('option.hub'))
    .action(async (query: string[], { hub }: { hub?: string }) => {
      const { openHeadlessWorkbench } = await import('../headless-workbench.ts');
      const workbench = await openHeadlessWorkbench(await hubAccess(io.env, hub), io, false);
      try {
        const found = (await workbench.queries.runWhole(query.join(' '))).map(({ id, name, presence, device }) => ({
          id,
          name,
          hostName: device.hostName,
          group: workbench.replica.group(device.group)?.name ?? device.group,
          presence,
          state: device.state,
          system: device.system,
        }));
        const heading = ['name', 'group', 'presence', 'state', 'system', 'id'].map((column) =>
          t(`devices.column.${column}`),
        );
        const rows = found.map(({ id, name, group, presence, state, system }) => [
          name,
          group,
          t(`devices.presence.${presence}`),
          t(`devices.state.${state}`),
          system.name,
          id,
        ]);
        io.result(found, found.length > 0 ? table([heading, ...rows]) : t('devices.none'));
      } finally {
        workbench.dispose();
      }
    });
}
