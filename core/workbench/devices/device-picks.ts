import { fuzzyMatch } from '../context-keys/fuzzy-match.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { ShownItem } from '../quick-input/quick-pick.ts';
import type { DeviceEntry } from './device-entry.ts';
import type { DeviceList, DeviceSequence } from './device-list.ts';
import type { DeviceQueries } from './device-queries.ts';
import type { DeviceQuery } from './device-query.ts';
import type { DeviceReplica } from './device-replica.ts';

/** More than these are not listed: one types on. */
const mostListed = 200;
/** Of so many it is looked which match best. */
const mostRanked = 1000;
const plain = { labelHighlights: [], descriptionHighlights: [] } as const;

/** What the line says, and what it finds. */
export interface FoundDevices {
  readonly text: string;
  readonly query: DeviceQuery;
  readonly devices: DeviceSequence;
  /** Whether they match. Else none does, and these have the letters of the words in their names. */
  readonly exact: boolean;
}

/**
 * Devices for the quick input, by what is typed: by query, with what could stand at its end, the same wherever devices are
 * looked for.
 */
export class DevicePicks {
  private readonly replica: DeviceReplica;
  private readonly queries: DeviceQueries;
  private readonly l10n: LocalizationService;

  constructor(replica: DeviceReplica, queries: DeviceQueries, l10n: LocalizationService) {
    this.replica = replica;
    this.queries = queries;
    this.l10n = l10n;
  }

  /**
   * How the query could go on, then the devices that match, those first that match best. While it cannot be understood no
   * device is offered: without the part that is wrong it would be others than those that are meant.
   * @param more what is offered beside
   */
  items(
    text: string,
    more: (found: FoundDevices) => { readonly first?: readonly ShownItem[]; readonly last?: readonly ShownItem[] },
  ): readonly ShownItem[] | Promise<readonly ShownItem[]> {
    const query = this.queries.compile(text);
    const completions = this.completions(text);
    const problem = this.queries.problem(query);
    if (problem) return completions.length > 0 ? completions : [this.problemItem(problem.args['problem'])];
    const shown = (devices: DeviceList): readonly ShownItem[] => {
      const found = devices.length > 0 ? { text, query, devices, exact: true } : this.alike(text, query);
      const { first = [], last = [] } = more(found);
      return [...completions, ...first, ...this.ranked(found), ...last];
    };
    if (!query.needsParticulars) return shown(this.queries.filter(query));
    // Without the hub what is known is searched.
    return this.queries.filterWhole(query).then(shown, () => shown(this.queries.filter(query)));
  }

  /** All that match, as one item that stands for them. Nothing for one device, or none. @param limit the most that can be taken */
  all({ text, devices, exact }: FoundDevices, limit: number): readonly ShownItem[] {
    const count = devices.length;
    if (text.trim() === '' || !exact || count < 2) return [];
    let ids: readonly string[] | undefined;
    return [
      {
        ...plain,
        id: `all ${text}`,
        label: this.l10n.t('deviceQuery.all', { count }),
        icon: 'checklist',
        ...(count > limit && { disabled: this.l10n.t('deviceQuery.tooMany', { limit }) }),
        standsFor: () => (ids ??= devices.map(({ id }) => id)),
      },
    ];
  }

  private alike(text: string, query: DeviceQuery): FoundDevices {
    const { words, terms } = query;
    const pattern = words.join(' ');
    const wordsAlone = words.length > 0 && words.length === terms.length;
    const devices = wordsAlone ? this.replica.all().filter(({ name }) => fuzzyMatch(pattern, name)) : [];
    return { text, query, devices, exact: false };
  }

  private ranked({ query, devices }: FoundDevices): readonly ShownItem[] {
    const pattern = query.words.join(' ');
    const ranked = devices.slice(0, mostRanked).map((entry) => ({ entry, match: fuzzyMatch(pattern, entry.name) }));
    if (pattern) ranked.sort((a, b) => (b.match?.score ?? -1e6) - (a.match?.score ?? -1e6));
    return ranked.slice(0, mostListed).map(({ entry, match }) => ({
      ...this.item(entry),
      labelHighlights: match?.highlights ?? [],
    }));
  }

  private item(entry: DeviceEntry): ShownItem {
    const group = this.replica.group(entry.device.group)?.name;
    const host = entry.device.nickname === null ? undefined : entry.device.hostName;
    return {
      ...plain,
      id: entry.id,
      label: entry.name,
      description: [host, group, this.l10n.t(`presence.${entry.presence}`)].filter(Boolean).join(' · '),
      icon: entry.isOnline ? 'vm-active' : 'vm',
    };
  }

  /** Nothing for a word that begins no field: it is mostly a name. */
  private completions(text: string): readonly ShownItem[] {
    return this.queries
      .complete(text, text.length)
      .filter(
        ({ insert, start, end, kind }) =>
          (kind === 'value' || start < text.length) && text.slice(start, end) !== insert,
      )
      .map(({ insert, start, field }, index) => ({
        ...plain,
        id: `complete ${insert}`,
        label: insert,
        description: this.l10n.t(`deviceQuery.${field}`),
        icon: 'filter',
        separator: index === 0 ? this.l10n.t('deviceQuery.completions') : undefined,
        completes: text.slice(0, start) + insert,
      }));
  }

  private problemItem(problem: unknown): ShownItem {
    return {
      ...plain,
      id: 'problem',
      label: this.l10n.t('deviceQuery.problem'),
      icon: 'warning',
      disabled: String(problem),
    };
  }
}
