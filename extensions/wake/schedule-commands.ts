import type { CommandContext, Latchkey, WakeSchedule, Weekday } from '../../protocol/api/index.ts';
import type { SchedulePages } from './schedule-pages.ts';

export interface ScheduleArguments {
  readonly name?: string;
  readonly devices?: readonly string[];
  readonly groups?: readonly string[];
  readonly days?: readonly Weekday[];
  readonly time?: string;
  readonly zone?: string;
  readonly enabled?: boolean;
}
/** Identifier or name. Left out, the person picks one. */
export interface NamedSchedule {
  readonly schedule?: string;
}

const workdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];

/** What the commands answer of a schedule. */
export const summaryOf = ({ id, name, devices, groups, days, time, zone, enabled, nextAt, last }: WakeSchedule) => ({
  ...{ id, name, devices, groups, days, time, zone, enabled },
  next: nextAt === null ? null : new Date(nextAt).toISOString(),
  last: last && {
    at: new Date(last.at).toISOString(),
    state: last.state,
    ...last.counts,
    reason: last.problem?.code ?? null,
  },
});

/** The bodies of the commands about wakes at fixed times. */
export class ScheduleCommands {
  private readonly latchkey: Latchkey;
  private readonly pages: SchedulePages;

  constructor(latchkey: Latchkey, pages: SchedulePages) {
    this.latchkey = latchkey;
    this.pages = pages;
  }

  async list() {
    const schedules = await this.api.list();
    if (this.isBrowser) await this.pages.openList();
    return schedules.map(summaryOf);
  }

  /** Without a time somebody is asked for all of it, on a page. @throws Error in the reader's language */
  async add(args: ScheduleArguments) {
    const { l10n } = this.latchkey;
    const { name, time, devices = [], groups = [], days = workdays, enabled = true } = args;
    const zone = args.zone?.trim() || ownZone();
    if (time === undefined || name === undefined) {
      if (!this.isBrowser) throw new Error(l10n.t('schedule.missing'));
      await this.pages.openForm({
        ...{ devices, groups, days, zone, enabled },
        name: name ?? '',
        time: time ?? '07:00',
      });
      return null;
    }
    return this.saved(await this.api.save({ name, time, devices, groups, days, zone, enabled }));
  }

  /** What is not given stays as it is. */
  async change({ schedule, ...changes }: Required<NamedSchedule> & ScheduleArguments) {
    const { id, name, time, devices, groups, days, zone, enabled } = await this.find(schedule);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const before = { name, time, devices, groups, days, zone, enabled };
    return this.saved(await this.api.save({ ...before, ...given }, id));
  }

  async edit({ schedule }: NamedSchedule) {
    const found = await this.chosen(schedule);
    if (!found) return null;
    if (this.isBrowser) await this.pages.openForm(found, found.id);
    return summaryOf(found);
  }

  async delete({ schedule }: NamedSchedule) {
    const { window, l10n } = this.latchkey;
    const found = await this.chosen(schedule);
    if (!found) return null;
    const { id, name } = found;
    const confirmed = await window.confirm({
      message: l10n.t('schedule.deleteQuestion', { name }),
      detail: l10n.t('schedule.deleteDetail'),
      action: l10n.t('schedule.delete'),
      destructive: true,
    });
    if (!confirmed) return null;
    await this.api.delete(id);
    await this.pages.closed(id);
    await this.pages.update();
    return { id };
  }

  /** What it did, and what became of each device the last time. */
  async show({ schedule }: NamedSchedule) {
    const found = await this.chosen(schedule);
    if (!found) return null;
    const history = await this.api.history(found.id);
    if (this.isBrowser) await this.pages.openHistory(found.id);
    return { ...summaryOf(found), history: history.map(({ at, state, counts }) => ({ at, state, ...counts })) };
  }

  /** What became of each device of one wake. */
  async results({ wake }: { readonly wake: string }, { token }: CommandContext) {
    const results = [];
    for (let after: number | null = 0; after !== null && !token.isCancellationRequested;) {
      const part = await this.api.results(wake, after);
      results.push(...part.results);
      after = part.next;
    }
    if (this.isBrowser) await this.pages.openResults(wake, results);
    return results.map(({ device, name, state, problem }) => ({
      id: device,
      name,
      state,
      reason: problem?.code ?? null,
    }));
  }

  private async saved(schedule: WakeSchedule) {
    const { window, l10n, log } = this.latchkey;
    if (this.isBrowser) {
      await this.pages.closeForm(schedule.id);
      await this.pages.openList();
      const { name, nextAt } = schedule;
      const said =
        nextAt === null
          ? l10n.t('schedule.savedOff', { name })
          : l10n.t('schedule.saved', { name, at: new Date(nextAt) });
      window.showInformation(said).catch((error: Error) => log.warn(error.message));
    }
    return summaryOf(schedule);
  }

  /** The one that is named, else the one that the person picks; undefined where they give up. */
  private async chosen(text: string | undefined): Promise<WakeSchedule | undefined> {
    if (text !== undefined) return this.find(text);
    const { window, l10n } = this.latchkey;
    const schedules = await this.api.list();
    if (schedules.length === 0) throw new Error(l10n.t('schedule.noneYet'));
    if (!this.isBrowser) {
      throw new Error(l10n.t('schedule.nameOne', { names: schedules.map(({ name }) => name).join(', ') }));
    }
    const items = schedules.map((each) => ({ id: each.id, label: each.name, description: this.pages.when(each) }));
    const picked = await window.showQuickPick({ title: l10n.t('schedule.pick'), items });
    return schedules.find(({ id }) => id === picked);
  }

  /** By identifier or name. @throws Error in the reader's language */
  private async find(text: string): Promise<WakeSchedule> {
    const { l10n } = this.latchkey;
    const schedules = await this.api.list();
    const wanted = text.trim().toLowerCase();
    const found = schedules.filter(({ id, name }) => id === text || name.toLowerCase() === wanted);
    const only = found.find(({ id }) => id === text) ?? found[0];
    if (!only) throw new Error(l10n.t('schedule.unknown', { name: text }));
    if (found.length > 1 && only.id !== text) throw new Error(l10n.t('schedule.ambiguous', { name: text }));
    return only;
  }

  private get api(): Latchkey['devices']['wakeSchedules'] {
    return this.latchkey.devices.wakeSchedules;
  }

  private get isBrowser(): boolean {
    return this.latchkey.environment.kind === 'browser';
  }
}

/** Where the person is. */
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
