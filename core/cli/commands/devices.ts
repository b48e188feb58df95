import { InvalidArgumentError, type Command } from 'commander';
import {
  deviceColumn,
  deviceColumnIds,
  isDeviceColumn,
  parseSort,
  sortDevices,
  type DeviceColumnId,
} from '#core/workbench/devices/device-columns.ts';
import { devicesToCsv, devicesToObjects } from '#core/workbench/devices/device-export.ts';
import type { DeviceList } from '#core/workbench/devices/device-list.ts';
import type { CliIo } from '../cli-io.ts';
import { hubAccess } from '../credentials.ts';
import type { HeadlessWorkbench } from '../headless-workbench.ts';
import { table } from '../table.ts';

interface Options {
  readonly hub?: string;
  readonly view?: string;
  readonly columns?: readonly DeviceColumnId[];
  readonly sort?: string;
  readonly csv?: boolean;
  readonly bom?: boolean;
}

/** `latchkey devices [QUERY]`: the devices that the query matches, by name or by a column. */
export function registerDevices(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  const known = deviceColumnIds.join(', ');
  const column = (id: string): DeviceColumnId => {
    if (!isDeviceColumn(id)) throw new InvalidArgumentError(t('devices.unknownColumn', { column: id, known }));
    return id;
  };
  program
    .command('devices')
    .description(t('devices.description'))
    .argument('[query...]', t('devices.query'))
    .option('--view <name>', t('devices.view'))
    .option('--columns <list>', t('devices.columns', { known }), (list: string) => list.split(',').map(column))
    .option('--sort <column>', t('devices.sort'), (sort: string) => (column(sort.replace(/^-/, '')), sort))
    .option('--csv', t('devices.csv'))
    .option('--bom', t('devices.bom'))
    .option('--hub <url>', t('option.hub'))
    .action(async (query: string[], options: Options) => {
      const { openHeadlessWorkbench } = await import('../headless-workbench.ts');
      const workbench = await openHeadlessWorkbench(await hubAccess(io.env, options.hub), io, false);
      try {
        const view = options.view === undefined ? undefined : workbench.views.require(options.view);
        const sort = parseSort(options.sort ?? view?.sort ?? 'name');
        const shown = options.columns ?? view?.columns ?? (options.csv ? standardCsv : []);
        const wanted = [view?.query ?? '', query.join(' ')].filter((each) => each.trim() !== '');
        const whole = wanted.length > 1 ? wanted.map((each) => `(${each})`).join(' ') : (wanted[0] ?? '');
        if ([...shown, sort.column].some((id) => deviceColumn(id).particular)) await workbench.particulars.load();
        const context = { groupName: (id: string) => workbench.replica.group(id)?.name };
        const found = sortDevices(await workbench.queries.runWhole(whole), sort, context);
        if (shown.length === 0) return tellDevices(found, workbench, io);
        const objects = devicesToObjects(found, shown, context);
        const cell = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));
        const lines = objects.map((each) => shown.map((id) => cell(each[id])));
        const text = options.csv
          ? devicesToCsv(found, shown, context, { bom: options.bom === true })
          : table([shown.map((id) => id.toUpperCase()), ...lines]);
        io.result(objects, found.length > 0 || options.csv ? text : t('devices.none'));
      } finally {
        workbench.dispose();
      }
    });
}

/** Columns of a CSV, unless told. */
const standardCsv: readonly DeviceColumnId[] = ['name', 'group', 'presence', 'state', 'os', 'version', 'joined', 'id'];

function tellDevices(devices: DeviceList, { replica }: HeadlessWorkbench, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  const found = devices.map(({ id, name, presence, device }) => ({
    id,
    name,
    hostName: device.hostName,
    group: replica.group(device.group)?.name ?? device.group,
    presence,
    state: device.state,
    system: device.system,
  }));
  const heading = ['name', 'group', 'presence', 'state', 'system', 'id'].map((each) => t(`devices.column.${each}`));
  const rows = found.map(({ id, name, group, presence, state, system }) => [
    name,
    group,
    t(`devices.presence.${presence}`),
    t(`devices.state.${state}`),
    system.name,
    id,
  ]);
  io.result(found, found.length > 0 ? table([heading, ...rows]) : t('devices.none'));
}
