import type { KeptWake, Latchkey, Page, WakeResult, WakeSchedule, Weekday } from '../../protocol/api/index.ts';
import { LivePages } from './live-pages.ts';
import { resultBlocks } from './result-table.ts';
import type { Texts } from './texts.ts';

const listPage = 'schedules';
const formPage = 'schedule-form';
const weekdays: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
/** Names that are said; of more, how many. */
const mostNames = 3;

/** What a form begins with. */
export type ScheduleDraft = Pick<WakeSchedule, 'name' | 'time' | 'zone' | 'enabled'> & {
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly days: readonly Weekday[];
};

/** The pages about wakes at fixed times: all of them, one to be filled in, what one did, and how one wake went. */
export class SchedulePages {
  private readonly latchkey: Latchkey;
  private readonly texts: Texts;
  private readonly live: LivePages;
  private groupNames = new Map<string, string>();

  constructor(latchkey: Latchkey, texts: Texts) {
    this.latchkey = latchkey;
    this.live = new LivePages(latchkey);
    this.texts = texts;
  }

  async openList(): Promise<void> {
    await this.live.open(async () => {
      await this.readGroups();
      return this.list(await this.latchkey.devices.wakeSchedules.list());
    });
  }

  /** What is open shows what there is now. */
  update(): Promise<void> {
    return this.live.update();
  }

  /** @param id of the schedule that is changed; a new one is made unless told */
  async openForm(draft: ScheduleDraft, id?: string): Promise<void> {
    const groups = await this.readGroups();
    const { l10n, window } = this.latchkey;
    const { t } = l10n;
    const devices = await this.namesOf(draft.devices);
    await window.openPage({
      id: `${formPage}-${id ?? 'new'}`,
      title: id === undefined ? t('schedule.new') : t('schedule.of', { name: draft.name }),
      icon: 'watch',
      blocks: [
        { kind: 'text', text: t('schedule.intro') },
        ...(draft.devices.length > 0
          ? [{ kind: 'facts' as const, rows: [{ label: t('wake.devices.title'), value: devices }] }]
          : []),
        {
          kind: 'form',
          fields: [
            { type: 'text', id: 'name', label: t('schedule.name'), value: draft.name, required: true, maxLength: 64 },
            {
              type: 'multiSelect',
              id: 'groups',
              label: t('schedule.groups'),
              description: t(draft.devices.length > 0 ? 'schedule.groupsToo' : 'schedule.groupsHelp'),
              value: [...draft.groups],
              options: groups.map((group) => ({ value: group.id, label: group.name })),
              required: draft.devices.length === 0,
            },
            {
              type: 'multiSelect',
              id: 'days',
              label: t('schedule.days'),
              value: [...draft.days],
              options: weekdays.map((day) => ({ value: day, label: this.dayName(day, 'long') })),
              required: true,
            },
            {
              type: 'text',
              id: 'time',
              label: t('schedule.time'),
              description: t('schedule.timeHelp'),
              value: draft.time,
              placeholder: '07:00',
              required: true,
              maxLength: 5,
            },
            {
              type: 'select',
              id: 'zone',
              label: t('schedule.zone'),
              description: t('schedule.zoneHelp'),
              value: draft.zone,
              options: zones(draft.zone).map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
            },
            { type: 'checkbox', id: 'enabled', label: t('schedule.enabled'), value: draft.enabled },
          ],
          submit: {
            title: t('schedule.save'),
            command: id === undefined ? 'wake.addSchedule' : 'wake.changeSchedule',
            // Given always: a command would take the devices that are selected in the tree.
            arguments: { devices: [...draft.devices], ...(id !== undefined && { schedule: id }) },
            primary: true,
          },
          actions: [{ title: t('schedule.all'), command: 'wake.schedules', icon: 'list-flat' }],
        },
      ],
    });
  }

  async closeForm(id: string): Promise<void> {
    for (const each of ['new', id]) await this.latchkey.window.closePage(`${formPage}-${each}`);
  }

  /** A schedule is gone. */
  async closed(id: string): Promise<void> {
    await this.closeForm(id);
    await this.latchkey.window.closePage(`schedule-${id}`);
  }

  async openHistory(schedule: string): Promise<void> {
    const { list, history } = this.latchkey.devices.wakeSchedules;
    await this.live.open(async () => {
      const found = (await list()).find(({ id }) => id === schedule);
      if (!found) throw new Error(this.latchkey.l10n.t('schedule.unknown', { name: schedule }));
      return this.history(found, await history(schedule));
    });
  }

  private async history(schedule: WakeSchedule, history: readonly KeptWake[]): Promise<Page> {
    await this.readGroups();
    const { t } = this.latchkey.l10n;
    const { id, name, technician, zone } = schedule;
    const last = history.find(({ state }) => state !== 'missed' && state !== 'running');
    const problems = await Promise.all(history.map((wake) => this.problemOf(wake)));
    const facts = [
      { label: t('schedule.what'), value: await this.targets(schedule) },
      { label: t('schedule.when'), value: this.when(schedule) },
      { label: t('schedule.zone'), value: zone.replaceAll('_', ' ') },
      { label: t('schedule.next'), value: this.next(schedule) },
      { label: t('schedule.by'), value: technician.name },
    ];
    return {
      id: `schedule-${id}`,
      title: t('schedule.of', { name }),
      icon: 'watch',
      blocks: [
        { kind: 'facts', rows: facts },
        {
          kind: 'actions',
          actions: [
            { title: t('schedule.edit'), command: 'wake.editSchedule', arguments: { schedule: id }, icon: 'edit' },
            ...(last
              ? [
                  {
                    ...{ title: t('schedule.lastResults'), command: 'wake.showResults', icon: 'checklist' },
                    arguments: { wake: last.id },
                  },
                ]
              : []),
            { title: t('schedule.delete'), command: 'wake.deleteSchedule', arguments: { schedule: id }, icon: 'trash' },
            { title: t('schedule.all'), command: 'wake.schedules', icon: 'list-flat' },
          ],
        },
        { kind: 'heading', text: t('schedule.history') },
        {
          kind: 'table',
          columns: ['at', 'state', 'counts', 'why'].map((column) => ({ title: t(`schedule.column.${column}`) })),
          rows: history.map((wake, index) => ({
            cells: [
              this.moment(wake.at),
              t(`schedule.state.${wake.state}`),
              wake.state === 'missed' ? '' : this.counts(wake),
              problems[index] ?? '',
            ],
          })),
          empty: t('schedule.nothingYet'),
        },
      ],
    };
  }

  async openResults(wake: string, results: readonly WakeResult[]): Promise<void> {
    const { l10n, window } = this.latchkey;
    await window.openPage({
      id: `results-${wake}`,
      title: l10n.t('schedule.results'),
      icon: 'checklist',
      blocks: resultBlocks(l10n, this.texts, results, l10n.t('schedule.noResults')),
    });
  }

  private async list(schedules: readonly WakeSchedule[]): Promise<Page> {
    const { t } = this.latchkey.l10n;
    const blocks: Page['blocks'] = [
      { kind: 'text', text: t('schedules.intro') },
      {
        kind: 'actions',
        actions: [
          { title: t('schedule.add'), command: 'wake.addSchedule', arguments: none, icon: 'add', primary: true },
        ],
      },
    ];
    if (schedules.length === 0) blocks.push({ kind: 'text', text: t('schedules.none'), tone: 'muted' });
    for (const schedule of schedules) {
      const { id, name, last } = schedule;
      blocks.push(
        { kind: 'heading', text: name },
        {
          kind: 'facts',
          rows: [
            { label: t('schedule.when'), value: this.when(schedule) },
            { label: t('schedule.what'), value: await this.targets(schedule) },
            { label: t('schedule.next'), value: this.next(schedule) },
            { label: t('schedule.last'), value: last ? await this.lastText(last) : t('schedule.never') },
          ],
        },
        {
          kind: 'actions',
          actions: [
            { title: t('schedule.show'), command: 'wake.showSchedule', arguments: { schedule: id }, icon: 'history' },
            { title: t('schedule.edit'), command: 'wake.editSchedule', arguments: { schedule: id }, icon: 'edit' },
            { title: t('schedule.delete'), command: 'wake.deleteSchedule', arguments: { schedule: id }, icon: 'trash' },
          ],
        },
      );
      // A page has so many blocks at most; the command line has them all.
      if (blocks.length > 190) break;
    }
    return { id: listPage, title: t('schedules.title'), icon: 'watch', blocks };
  }

  private async lastText(wake: KeptWake): Promise<string> {
    const { t } = this.latchkey.l10n;
    const state = t(`schedule.state.${wake.state}`);
    const problem = await this.problemOf(wake);
    const more = wake.state === 'done' || wake.state === 'running' ? this.counts(wake) : problem;
    return [`${this.moment(wake.at)}: ${state}`, ...(more ? [more] : [])].join(' · ');
  }

  /** While it goes on: how far it is. */
  private counts({ state, counts, progress }: KeptWake): string {
    const { t } = this.latchkey.l10n;
    if (state !== 'running') return t('schedule.counts', counts);
    return progress ? t('progress', { settled: progress.settled, count: progress.devices }) : '';
  }

  private async problemOf({ problem }: KeptWake): Promise<string> {
    return problem ? this.latchkey.l10n.describeProblem(problem) : '';
  }

  /** Its days and its time, as a person says them. */
  when({ days, time }: Pick<WakeSchedule, 'days' | 'time'>): string {
    const { t, language } = this.latchkey.l10n;
    const ordered = weekdays.filter((day) => days.includes(day));
    if (ordered.length === 7) return t('schedule.daily', { time });
    if (ordered.join() === weekdays.slice(0, 5).join()) return t('schedule.workdays', { time });
    const names = ordered.map((day) => this.dayName(day, 'long'));
    return t('schedule.onDays', { time, days: new Intl.ListFormat(language, { type: 'conjunction' }).format(names) });
  }

  private next({ nextAt }: WakeSchedule): string {
    return nextAt === null ? this.latchkey.l10n.t('schedule.off') : this.moment(nextAt);
  }

  private async targets({ devices, groups }: Pick<WakeSchedule, 'devices' | 'groups'>): Promise<string> {
    const { t } = this.latchkey.l10n;
    const known = groups.map((group) => this.groupNames.get(group) ?? group);
    return [
      ...(known.length > 0 ? [t('schedule.inGroups', { groups: this.namesAnd(known, known.length) })] : []),
      ...(devices.length > 0 ? [await this.namesOf(devices)] : []),
    ].join(' · ');
  }

  /** `A, B, C and 4 more`. */
  private async namesOf(devices: readonly string[]): Promise<string> {
    const { get } = this.latchkey.devices;
    const named = await Promise.all(devices.slice(0, mostNames).map(async (id) => (await get(id))?.name ?? id));
    return this.namesAnd(named, devices.length);
  }

  private namesAnd(names: readonly string[], total: number): string {
    const { t, language } = this.latchkey.l10n;
    const said = names.slice(0, mostNames);
    const rest = total - said.length;
    const all = rest > 0 ? [...said, t('schedule.more', { count: rest })] : said;
    return new Intl.ListFormat(language, { type: 'conjunction' }).format(all);
  }

  private moment(at: number): string {
    const { language } = this.latchkey.l10n;
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  }

  private dayName(day: Weekday, weekday: 'long' | 'short'): string {
    // 2024-01-01 was a Monday.
    const at = Date.UTC(2024, 0, 1 + weekdays.indexOf(day), 12);
    return new Intl.DateTimeFormat(this.latchkey.l10n.language, { weekday, timeZone: 'UTC' }).format(at);
  }

  private async readGroups() {
    const groups = await this.latchkey.groups.list();
    this.groupNames = new Map(groups.map(({ id, name }) => [id, name]));
    return groups;
  }
}

const none = { devices: [], groups: [] };

/** Those that this system knows, and the one that is set. */
function zones(own: string): string[] {
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), own])].sort();
}
