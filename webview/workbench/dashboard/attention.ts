import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { deviceActionRequests, type DeviceJob } from '#protocol/device-actions.ts';
import { deviceMatchRequests } from '#protocol/device-matches.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { wakeRequests, type FailedWake, type WakeSchedule } from '#protocol/wake.ts';
import { currentLanguage, t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { deviceNameOf, request } from '../pages/hub.ts';

/** Something that a person has to look at, and what can be done about it. */
export interface Concern {
  readonly id: string;
  readonly icon: string;
  readonly severity: 'warning' | 'error' | 'info';
  readonly text: string;
  readonly detail?: string | undefined;
  readonly actions: readonly ConcernAction[];
  /** Takes it off the list. */
  readonly dismiss?: (() => Promise<unknown> | void) | undefined;
}

export interface ConcernAction {
  readonly title: string;
  readonly command: string;
  readonly arguments: Record<string, unknown>;
}

/** What the hub knows of, beside the replica. */
export interface AttentionState {
  readonly failures: readonly FailedWake[];
  readonly failuresTotal: number;
  readonly jobs: readonly DeviceJob[];
  readonly queued: number;
  readonly matches: number;
  readonly schedules: readonly WakeSchedule[];
}

/** Failed wakes whose devices one action takes. */
const mostFailures = 1000;
const mostJobs = 100;
/** Milliseconds after which a job that failed in part is nobody's concern any more. */
const jobsFor = 3 * 86_400_000;
const dismissedKey = 'dashboard.dismissed';
/** Names that are said; of more, how many. */
const mostNames = 3;

/** One thing that can't be asked for is no reason to show nothing of the others. */
async function ask<P, R>(contract: RequestContract<P, R>, params: NoInfer<P>, otherwise: R): Promise<R> {
  return request(contract, params).catch(() => otherwise);
}

export async function loadAttention(): Promise<AttentionState> {
  const [{ failures, total }, jobs, queued, { matches }, { schedules }] = await Promise.all([
    ask(wakeRequests.failures, { limit: mostFailures }, { failures: [], total: 0 }),
    ask(deviceActionRequests.list, { limit: mostJobs }, []),
    ask(deviceActionRequests.queued, { limit: 1 }, { actions: [], total: 0 }),
    ask(deviceMatchRequests.list, {}, { matches: [] }),
    ask(wakeRequests.schedules, {}, { schedules: [] }),
  ]);
  return { failures, failuresTotal: total, jobs, queued: queued.total, matches: matches.length, schedules };
}

/** @param waiting devices that wait for approval */
export function concernsOf(state: AttentionState, waiting: number, now: number): Concern[] {
  return [
    ...waitingConcern(waiting),
    ...matchConcern(state.matches),
    ...wakeConcern(state),
    ...state.schedules.flatMap(scheduleConcern),
    ...jobConcerns(state.jobs, now),
    ...queueConcern(state.queued),
  ];
}

const exists = (command: string): boolean => inject(CommandRegistry).get(command) !== undefined;
/** Of a command that an extension or a page brings; nothing where it is not there. */
const action = (title: string, command: string, args: Record<string, unknown> = {}): ConcernAction[] =>
  exists(command) ? [{ title: t(title), command, arguments: args }] : [];

function waitingConcern(waiting: number): Concern[] {
  if (waiting === 0) return [];
  return [
    {
      ...{ id: 'waiting', icon: 'watch', severity: 'warning' },
      text: t('dashboard.attention.waiting', { count: waiting }),
      actions: action('dashboard.attention.show', 'workbench.showWaiting'),
    },
  ];
}

function matchConcern(count: number): Concern[] {
  if (count === 0) return [];
  return [
    {
      ...{ id: 'matches', icon: 'git-compare', severity: 'warning' },
      text: t('dashboard.attention.matches', { count }),
      actions: action('dashboard.attention.decide', 'deviceMatches.show'),
    },
  ];
}

function wakeConcern({ failures, failuresTotal }: AttentionState): Concern[] {
  if (failuresTotal === 0) return [];
  const devices = failures.map(({ device }) => device);
  return [
    {
      ...{ id: 'wakes', icon: 'zap', severity: 'warning' },
      text: t('dashboard.attention.wakes', { count: failuresTotal }),
      detail: namesOf(devices, failuresTotal),
      actions: action('dashboard.attention.wakeAgain', 'device.wake', { devices }),
      dismiss: () => request(wakeRequests.dismissFailures, { devices }),
    },
  ];
}

function scheduleConcern({ id, name, last }: WakeSchedule): Concern[] {
  if (!last || (last.state !== 'failed' && last.state !== 'missed') || isDismissed(`wake/${last.id}`)) return [];
  return [
    {
      ...{ id: `wake/${last.id}`, icon: 'watch', severity: 'error' },
      text: t(`dashboard.attention.schedule.${last.state}`, { name, at: new Date(last.at) }),
      detail: last.problem ? t(last.problem.code, last.problem.args) : undefined,
      actions: action('dashboard.attention.show', 'wake.showSchedule', { schedule: id }),
      dismiss: () => dismiss(`wake/${last.id}`),
    },
  ];
}

function jobConcerns(jobs: readonly DeviceJob[], now: number): Concern[] {
  const retried = new Set(jobs.map(({ retries }) => retries));
  return jobs
    .filter(({ id, counts, finishedAt }) => {
      const recent = finishedAt === null || finishedAt > now - jobsFor;
      return counts.failed > 0 && recent && !retried.has(id) && !isDismissed(`job/${id}`);
    })
    .slice(0, 5)
    .map(({ id, action: { kind }, undoes, counts, devices, technician, createdAt }): Concern => ({
      ...{ id: `job/${id}`, icon: 'error', severity: 'error' },
      text: t(`dashboard.attention.job.${undoes === null ? kind : 'undo'}`, { failed: counts.failed, count: devices }),
      detail: t('dashboard.attention.by', { name: technician.name, at: new Date(createdAt) }),
      actions: action('dashboard.attention.retry', 'device.retry', { job: id }),
      dismiss: () => dismiss(`job/${id}`),
    }));
}

function queueConcern(count: number): Concern[] {
  if (count === 0) return [];
  return [
    {
      ...{ id: 'queued', icon: 'history', severity: 'info' },
      text: t('dashboard.attention.queued', { count }),
      actions: action('dashboard.attention.show', 'refresh.queue'),
    },
  ];
}

/** `A, B, C and 4 more`. */
function namesOf(devices: readonly string[], total: number): string {
  const named = devices.slice(0, mostNames).map((device) => deviceNameOf(device) ?? device);
  const rest = total - named.length;
  const all = rest > 0 ? [...named, t('dashboard.attention.more', { count: rest })] : named;
  return new Intl.ListFormat(currentLanguage(), { type: 'conjunction' }).format(all);
}

const dismissed = (): readonly string[] => inject(WorkbenchStorage).get<string[]>(dismissedKey) ?? [];
const isDismissed = (id: string): boolean => dismissed().includes(id);
/** On this machine; the oldest are forgotten, they are nobody's concern by then. */
const dismiss = (id: string): void => inject(WorkbenchStorage).set(dismissedKey, [...dismissed(), id].slice(-200));
