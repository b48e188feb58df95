import { BehaviorSubject, auditTime, asyncScheduler, type Observable, type Subscription } from 'rxjs';
import type { Disposable } from '#core/base/lifecycle.ts';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { DeviceList } from '../devices/device-list.ts';
import type { DeviceQueries } from '../devices/device-queries.ts';
import { filterDevices } from '../devices/device-query.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import { fold } from '../devices/name-order.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import { TreeRows, type TreeRow, type TreeSegment } from './tree-rows.ts';
import type { TreeSource } from './view-registry.ts';

export interface TreeState {
  readonly rows: TreeRows;
  readonly filter: string;
  /** What is searched for in names, folded. */
  readonly words: readonly string[];
  /** What is wrong with the filter, in the language of now. */
  readonly filterProblem: string | undefined;
  readonly loading: boolean;
}

export interface TreeModelParts {
  readonly source: TreeSource;
  readonly replica: DeviceReplica;
  readonly queries: DeviceQueries;
  readonly l10n: LocalizationService;
}

type Children = readonly TreeNode[] | 'loading' | { readonly problem: string };

/** Milliseconds over which changes of the replica are gathered before rows are computed anew. */
const gatherFor = 50;

/** A tree as flat rows: nodes of a source, and below those that have a query the devices, straight from the replica. */
export class TreeModel implements Disposable {
  private readonly parts: TreeModelParts;
  private readonly children = new Map<string | null, Children>();
  private readonly expanded = new Map<string, boolean>();
  /** What a node's query finds, until the replica changes: every key stroke asks it again. */
  private readonly found = new Map<string, DeviceList>();
  private readonly subscriptions: Subscription[] = [];
  private readonly state: BehaviorSubject<TreeState>;
  readonly state$: Observable<TreeState>;

  constructor(parts: TreeModelParts) {
    this.parts = parts;
    this.state = new BehaviorSubject<TreeState>({
      rows: new TreeRows([]),
      filter: '',
      words: [],
      filterProblem: undefined,
      loading: true,
    });
    this.state$ = this.state;
    this.subscriptions.push(
      parts.replica.changes$.subscribe(() => this.found.clear()),
      parts.replica.changes$.pipe(auditTime(gatherFor, asyncScheduler)).subscribe(() => this.compute()),
      parts.l10n.localizer$.subscribe(() => this.compute()),
      parts.source.changes$.subscribe((node) => this.refresh(node)),
    );
    void this.load(null);
  }

  get current(): TreeState {
    return this.state.value;
  }

  /** Asks the source again for what is below `node`, or for everything. */
  refresh(node: string | null): void {
    this.found.clear(); // time alone changes what `offline>2h` finds
    // What is shown stays until the answer is there: no flicker.
    if (node === null) for (const id of [...this.children.keys()]) void this.load(id);
    else if (this.children.has(node)) void this.load(node);
  }

  setFilter(filter: string): void {
    this.compute(filter);
  }

  toggle(id: string): void {
    const row = this.find(id);
    if (row?.kind === 'node' && row.expanded !== undefined) this.setExpanded(id, !row.expanded);
  }

  setExpanded(id: string, expanded: boolean): void {
    this.expanded.set(id, expanded);
    this.compute();
  }

  collapseAll(): void {
    for (const nodes of this.children.values()) {
      if (Array.isArray(nodes)) for (const { id } of nodes as readonly TreeNode[]) this.expanded.set(id, false);
    }
    this.compute();
  }

  dispose(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }

  private find(id: string): TreeRow | undefined {
    const { rows } = this.current;
    return rows.at(rows.indexOf(id));
  }

  private async load(node: string | null): Promise<void> {
    if (!this.children.has(node)) this.children.set(node, 'loading');
    try {
      this.children.set(node, await this.parts.source.children(node));
    } catch (error) {
      this.children.set(node, { problem: this.parts.l10n.describeError(error) });
    }
    this.compute();
  }

  private compute(filter = this.current.filter): void {
    const { queries } = this.parts;
    const compiled = queries.compile(filter);
    const filtering = compiled.terms.length > 0;
    const segments: TreeSegment[] = [];

    const walk = (node: string | null, level: number, ancestorMatches: boolean): boolean => {
      const nodes = this.children.get(node);
      if (nodes === undefined || nodes === 'loading') return false;
      if ('problem' in nodes) {
        const row: TreeRow = { kind: 'problem', id: `${node ?? ''}!`, level, message: nodes.problem };
        segments.push({ kind: 'row', row });
        return true;
      }
      let any = false;
      for (const each of nodes) any = add(each, level, ancestorMatches) || any;
      return any;
    };

    const add = (node: TreeNode, level: number, ancestorMatches: boolean): boolean => {
      const matches =
        ancestorMatches ||
        (filtering && compiled.words.length === compiled.terms.length && labelMatches(node, compiled.words));
      const place = segments.length;
      const parent = node.collapsible !== 'none' || node.query !== undefined;
      const standard = node.collapsible === 'expanded';
      let entries: DeviceList | undefined;
      if (node.query !== undefined) {
        entries = this.devicesOf(node.query);
        if (filtering && !matches) entries = filterDevices(entries, compiled);
      }
      // While something is filtered, what was found is shown; otherwise what the person left open is.
      const expanded = parent ? (filtering && !matches ? true : (this.expanded.get(node.id) ?? standard)) : undefined;
      let found = matches || !filtering || (entries?.length ?? 0) > 0;
      const row = { kind: 'node', id: node.id, level, node, expanded, count: entries?.length } as const;
      segments.push({ kind: 'row', row: { ...row, loading: false } });
      if (expanded) {
        if (node.query === undefined) {
          if (!this.children.has(node.id)) void this.load(node.id);
          found = walk(node.id, level + 1, matches) || found;
          const loading = this.children.get(node.id) === 'loading';
          if (loading) segments[place] = { kind: 'row', row: { ...row, loading } };
        }
        if (entries && entries.length > 0)
          segments.push({ kind: 'devices', parent: node.id, level: level + 1, entries });
      }
      if (!found) segments.length = place;
      return found;
    };

    walk(null, 0, false);
    const problem = queries.problem(compiled);
    this.state.next({
      rows: new TreeRows(segments),
      filter,
      words: compiled.words,
      filterProblem: problem && this.parts.l10n.describeError(problem),
      loading: this.children.get(null) === 'loading' || this.children.get(null) === undefined,
    });
  }

  private devicesOf(query: string): DeviceList {
    let devices = this.found.get(query);
    if (!devices) this.found.set(query, (devices = this.parts.queries.filter(this.parts.queries.compile(query))));
    return devices;
  }
}

function labelMatches({ label }: TreeNode, words: readonly string[]): boolean {
  const folded = fold(label);
  return words.every((word) => folded.includes(word));
}
