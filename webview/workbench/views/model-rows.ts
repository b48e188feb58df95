import type { Highlight } from '#core/workbench/context-keys/fuzzy-match.ts';
import { fold } from '#core/workbench/devices/name-order.ts';
import type { TreeRow as ModelRow, TreeRows as ModelTreeRows } from '#core/workbench/views/tree-rows.ts';
import { formatNumber, t } from '#webview/base/l10n.ts';
import type { TreeRow, TreeRows } from '../tree/tree-rows.ts';

interface Place {
  readonly index: number;
  readonly position: number;
  siblings: number;
}

/** The rows of a `TreeModel` as `lk-tree` draws them: with words and signs, and each row's place among its siblings. */
export class ModelRows implements TreeRows {
  private readonly model: ModelTreeRows;
  private readonly words: readonly string[];
  private readonly stale: boolean;
  private readonly places = new Map<string, Place>();

  /**
   * @param words what is searched for, folded: marked in the names of devices
   * @param stale the hub is away, so that nobody knows whether a device can be reached
   */
  constructor(model: ModelTreeRows, words: readonly string[], stale = false) {
    this.model = model;
    this.words = words;
    this.stale = stale;
    this.countSiblings();
  }

  get length(): number {
    return this.model.length;
  }

  indexOf(id: string): number {
    return this.places.get(id)?.index ?? this.model.indexOf(id);
  }

  /** The row that a line was made of. */
  rowOf(id: string): ModelRow | undefined {
    return this.model.at(this.indexOf(id));
  }

  /** The rows of several lines, in their order; what is gone is left out. */
  rowsOf(ids: readonly string[]): ModelRow[] {
    if (ids.length <= 32) return ids.flatMap((id) => this.rowOf(id) ?? []);
    const wanted = new Set(ids);
    const found: ModelRow[] = [];
    for (let index = 0; index < this.length; index++) {
      if (wanted.has(this.idAt(index))) found.push(this.model.at(index)!);
    }
    return found;
  }

  idAt(index: number): string {
    return this.model.idAt(index)!;
  }

  at(index: number): TreeRow {
    const row = this.model.at(index)!;
    const level = row.level + 1;
    if (row.kind === 'problem') {
      const sign = { icon: 'error', warning: true, fold: 'none', position: 1, siblings: 1 } as const;
      return { id: row.id, level, label: row.message, ...sign };
    }
    if (row.kind === 'device') {
      const { device, name, presence } = row.entry;
      const parent = this.places.get(row.parent);
      const above = this.model.at(parent?.index ?? 0);
      const siblings = above?.kind === 'node' ? (above.count ?? 1) : 1;
      const state = device.state === 'active' ? undefined : t(`device.state.${device.state}`);
      const known = t(`presence.${presence}`);
      const presenceText = this.stale ? t('presence.stale', { presence: known }) : known;
      return {
        id: row.id,
        level,
        label: name,
        highlights: marked(name, this.words),
        description: [state, device.nickname === null ? undefined : device.hostName].filter(Boolean).join(' · '),
        tooltip: [name, device.hostName === name ? undefined : device.hostName, state, device.system.name, presenceText]
          .filter(Boolean)
          .join('\n'),
        presence: device.state === 'active' ? presence : undefined,
        icon: { active: undefined, waiting: 'watch', blocked: 'circle-slash', removing: 'trash' }[device.state],
        presenceText,
        stale: this.stale,
        fold: 'none',
        position: index - (parent?.index ?? 0),
        siblings,
        draggable: true,
      };
    }
    const { node, expanded, loading, count } = row;
    const place = this.places.get(row.id);
    return {
      id: row.id,
      level,
      label: node.label,
      highlights: marked(node.label, this.words),
      description: node.description,
      tooltip: node.tooltip,
      icon: node.icon,
      badge: count === undefined ? undefined : formatNumber(count),
      fold: expanded === undefined ? 'none' : loading ? 'loading' : expanded ? 'expanded' : 'collapsed',
      position: place?.position ?? 1,
      siblings: place?.siblings ?? 1,
    };
  }

  /** Looks at nodes alone: the devices below one are passed over as a whole. */
  private countSiblings(): void {
    const open: Place[][] = [];
    const close = (level: number): void => {
      for (const places of open.splice(level)) for (const place of places) place.siblings = places.length;
    };
    for (let index = 0, count = 0; index < this.model.length;) {
      const row = this.model.at(index)!;
      if (row.kind === 'device') {
        index += Math.max(1, count);
        continue;
      }
      close(row.level + 1);
      const places = (open[row.level] ??= []);
      const place = { index, position: places.length + 1, siblings: 1 };
      places.push(place);
      this.places.set(row.id, place);
      count = row.kind === 'node' ? (row.count ?? 0) : 0;
      index++;
    }
    close(0);
  }
}

/** Where the words stand in a text. */
function marked(text: string, words: readonly string[]): readonly Highlight[] | undefined {
  if (words.length === 0) return undefined;
  const folded = fold(text);
  if (folded.length !== text.length) return undefined;
  const found = words
    .map((word) => ({ start: folded.indexOf(word), length: word.length }))
    .filter(({ start }) => start >= 0)
    .map(({ start, length }) => ({ start, end: start + length }))
    .sort((a, b) => a.start - b.start);
  // Where two words overlap, the first one is marked.
  return found.filter(({ start }, index) => index === 0 || start >= (found[index - 1]?.end ?? 0));
}
