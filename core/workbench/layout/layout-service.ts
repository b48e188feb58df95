import { BehaviorSubject, type Observable } from 'rxjs';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';

/** What is where. Sizes in CSS pixels. */
export interface Layout {
  readonly sideBarVisible: boolean;
  readonly sideBarWidth: number;
  readonly panelVisible: boolean;
  readonly panelHeight: number;
  readonly panelMaximized: boolean;
  /** The view container that the side bar, and the panel, shows; null: the first one. */
  readonly activeContainer: string | null;
  readonly activePanel: string | null;
}

export const defaultLayout: Layout = {
  sideBarVisible: true,
  sideBarWidth: 300,
  panelVisible: false,
  panelHeight: 240,
  panelMaximized: false,
  activeContainer: null,
  activePanel: null,
};

const limits = { sideBarWidth: [170, 1200], panelHeight: [77, 2000] } as const;

/** How the workbench is laid out; kept on this machine. */
export class LayoutService {
  private readonly layout: BehaviorSubject<Layout>;
  private readonly storage: WorkbenchStorage;
  readonly layout$: Observable<Layout>;

  constructor(storage: WorkbenchStorage) {
    this.storage = storage;
    this.layout = new BehaviorSubject(valid({ ...defaultLayout, ...storage.get<Partial<Layout>>('layout') }));
    this.layout$ = this.layout;
  }

  get current(): Layout {
    return this.layout.value;
  }

  update(change: Partial<Layout>): void {
    const next = valid({ ...this.layout.value, ...change });
    this.layout.next(next);
    this.storage.set('layout', next);
  }

  toggleSideBar(): void {
    this.update({ sideBarVisible: !this.current.sideBarVisible });
  }

  togglePanel(): void {
    this.update({ panelVisible: !this.current.panelVisible });
  }

  /** A click in the activity bar: shows the container, or hides the side bar where it is shown already. */
  toggleContainer(container: string): void {
    const shown = this.current.sideBarVisible && this.current.activeContainer === container;
    this.update({ sideBarVisible: !shown, activeContainer: container });
  }
}

/** What was stored may be of another version, or damaged: what is not of its default's type is the default. */
function valid(layout: Layout): Layout {
  const entries = Object.entries(defaultLayout).map(([key, standard]) => {
    let value: unknown = layout[key as keyof Layout];
    const right = standard === null ? value === null || typeof value === 'string' : typeof value === typeof standard;
    if (!right || (typeof value === 'number' && !Number.isFinite(value))) value = standard;
    const limit = (limits as Record<string, readonly [number, number]>)[key];
    return [key, limit ? Math.min(limit[1], Math.max(limit[0], value as number)) : value];
  });
  return Object.fromEntries(entries) as Layout;
}
