import type { CommandContext, Device, DeviceActionOutcome, Latchkey } from '../../protocol/api/index.ts';

export interface CallArguments {
  readonly devices: readonly string[];
  /** Hours that devices that are offline may take to come online. Absent: somebody is asked; 0 stands for "not at all". */
  readonly whenOnline?: number;
}

/** What the commands answer. */
export interface CallResult {
  /** With which it can be tried again, and what waits be cancelled: `device.retry`, `device.cancelWaiting`. */
  readonly job: string;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** They are done when the device comes online. */
  readonly queued: number;
  readonly results: DeviceActionOutcome['results'];
}

/** Hours that are offered to wait. */
const waits = [24, 168, 720] as const;
/** Names in a question. */
const mostNames = 5;

/**
 * Refreshes or resets devices. A person is asked what becomes of those that are offline, and before sessions are ended.
 * @returns null where the person thought better of it
 */
export async function callDevices(
  latchkey: Latchkey,
  kind: 'refresh' | 'reset',
  args: CallArguments,
  context: CommandContext,
): Promise<CallResult | null> {
  const { devices: api, environment } = latchkey;
  let hours = args.whenOnline;
  if (environment.kind !== 'headless') {
    const found = await read(latchkey, args.devices);
    if (kind === 'reset' && !(await mayEndSessions(latchkey, found))) return null;
    hours ??= await askAboutOffline(latchkey, kind, found);
    if (hours === undefined) return null;
  }
  const whenOnline = hours ? { whenOnline: { seconds: hours * 3600 } } : {};
  const { job, results } = await api.act({ kind, ...whenOnline }, args.devices, context);
  const { done, failed, cancelled, queued } = job.counts;
  return { job: job.id, done, failed, cancelled, queued, results };
}

/** Of one device its own row; of many all rows at once: a call for each of thousands would take long. */
async function read({ devices }: Latchkey, ids: readonly string[]): Promise<Device[]> {
  if (ids.length <= 20) {
    return (await Promise.all(ids.map((id) => devices.get(id)))).filter((device) => device !== undefined);
  }
  const wanted = new Set(ids);
  return (await devices.query('')).filter(({ id }) => wanted.has(id));
}

const isOffline = ({ presence }: Device): boolean => presence === 'offline' || presence === 'asleep';

/** The first few by name, and how many more. */
function namesOf({ l10n }: Latchkey, devices: readonly Device[]): string {
  const names = devices.slice(0, mostNames).map(({ name }) => name);
  const more = devices.length - names.length;
  return [...names, ...(more > 0 ? [l10n.t('more', { count: more })] : [])].join('\n');
}

async function mayEndSessions(latchkey: Latchkey, devices: readonly Device[]): Promise<boolean> {
  const { window, l10n } = latchkey;
  const busy = devices.filter(({ presence }) => presence === 'inSession');
  if (busy.length === 0) return true;
  return window.confirm({
    message: l10n.t('reset.sessions', { count: busy.length }),
    detail: namesOf(latchkey, busy),
    action: l10n.t('reset.do'),
    destructive: true,
  });
}

/** @returns the hours that they may take; 0: they are left out; undefined: the person thought better of it */
async function askAboutOffline(
  latchkey: Latchkey,
  kind: 'refresh' | 'reset',
  devices: readonly Device[],
): Promise<number | undefined> {
  const { window, l10n } = latchkey;
  const offline = devices.filter(isOffline);
  if (offline.length === 0) return 0;
  const online = devices.length - offline.length;
  const [first] = offline;
  const picked = await window.showQuickPick({
    title:
      offline.length === 1
        ? l10n.t(`${kind}.offlineOne`, { name: first?.name ?? '' })
        : l10n.t(`${kind}.offlineMany`, {
            count: offline.length,
            names: namesOf(latchkey, offline).split('\n').join(', '),
          }),
    placeholder: l10n.t('offline.placeholder'),
    items: [
      ...waits.map((hours) => ({
        id: String(hours),
        label: l10n.t('offline.wait'),
        description: l10n.t('offline.until', { days: hours / 24 }),
        icon: 'watch',
      })),
      ...(online > 0 ? [{ id: '0', label: l10n.t('offline.leaveOut', { count: online }), icon: 'circle-slash' }] : []),
    ],
  });
  return picked === undefined ? undefined : Number(picked);
}
