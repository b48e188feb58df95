import type { CommandContext, Device, DeviceActionOutcome, Latchkey } from '../../protocol/api/index.ts';

export interface RemoveArguments {
  readonly devices: readonly string[];
}

export interface RestoreArguments extends RemoveArguments {
  /** Into which group, where the one that they were in is gone. */
  readonly group?: string;
}

/** What the commands answer. */
export interface RemoveResult {
  /** With which it can be undone and tried again: `device.undo`, `device.retry`. */
  readonly job: string;
  readonly done: number;
  readonly failed: number;
  /** Left as they were, because somebody cancelled. */
  readonly cancelled: number;
  readonly results: DeviceActionOutcome['results'];
}

/** Names in a question. */
const mostNames = 8;
/** From so many endpoints on that would be gone in seconds, their number has to be typed. */
const manyOnline = 100;

/**
 * Deletes devices, or takes unattended access from them, once the person has seen which ones.
 * @returns null where the person thought better of it
 */
export async function removeDevices(
  latchkey: Latchkey,
  kind: 'delete' | 'removeAccess',
  { devices }: RemoveArguments,
  context: CommandContext,
): Promise<RemoveResult | null> {
  if (latchkey.environment.kind !== 'headless' && !(await confirmed(latchkey, kind, devices))) return null;
  return resultOf(await latchkey.devices.act({ kind }, devices, context));
}

/** Not confirmed: it takes nothing away. */
export async function restoreDevices(
  latchkey: Latchkey,
  { devices, group }: RestoreArguments,
  context: CommandContext,
): Promise<RemoveResult> {
  return resultOf(await latchkey.devices.act({ kind: 'restore', ...(group && { group }) }, devices, context));
}

function resultOf({ job, results }: DeviceActionOutcome): RemoveResult {
  const { done, failed, cancelled } = job.counts;
  return { job: job.id, done, failed, cancelled, results };
}

async function confirmed(
  latchkey: Latchkey,
  kind: 'delete' | 'removeAccess',
  ids: readonly string[],
): Promise<boolean> {
  const { window, l10n } = latchkey;
  const devices = await read(latchkey, ids);
  const count = ids.length;
  const online = devices.filter(({ presence }) => presence !== 'offline').length;
  const names = devices.slice(0, mostNames).map(({ name }) => name);
  const more = count - names.length;
  const [only] = names;
  return window.confirm({
    message:
      count === 1 && only !== undefined ? l10n.t(`${kind}.askOne`, { name: only }) : l10n.t(`${kind}.ask`, { count }),
    detail: [
      ...(count > 1 ? [[...names, ...(more > 0 ? [l10n.t('more', { count: more })] : [])].join('\n')] : []),
      l10n.t(`${kind}.what`, { count, online, offline: count - online }),
    ].join('\n\n'),
    action: l10n.t(`${kind}.do`),
    destructive: true,
    ...(online > manyOnline && { typed: { label: l10n.t('type', { count: online }), text: String(count) } }),
  });
}

/** Of many all rows at once: a call for each of thousands would take long. */
async function read({ devices }: Latchkey, ids: readonly string[]): Promise<Device[]> {
  if (ids.length <= 20) {
    return (await Promise.all(ids.map((id) => devices.get(id)))).filter((device) => device !== undefined);
  }
  const wanted = new Set(ids);
  return (await devices.query('')).filter(({ id }) => wanted.has(id));
}
