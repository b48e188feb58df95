import type { EditorInput } from '#core/workbench/editors/editor-service.ts';
import type { WorkbenchElement } from '#webview/base/workbench-element.ts';

/** What an element that fills an editor tab or a panel tab is given. */
export interface EditorElement extends WorkbenchElement {
  /** What is open in it, as `EditorService` (or, in the panel, nobody) says: changes when the tab shows another. */
  input: unknown;
}

/** How one kind of editor, or one tab of the panel, is drawn. */
export interface EditorKind {
  /** `device`, `settings`, `extensionPage` …: what `EditorService` opens. */
  readonly kind: string;
  /** The custom element; it gets the property `input`. */
  readonly tag: string;
  /** Defines the element: `() => import('../devices/device-page.ts')`. Called when the first one is shown. */
  readonly load: () => Promise<unknown>;
  /** The title of now, where it changes with the language or with what is shown; else it stays as it was opened with. */
  readonly title?: ((input: EditorInput) => string | undefined) | undefined;
}

/** A tab of the panel that the workbench itself brings. */
export interface PanelTab extends EditorKind {
  /** Key of its title in `webview/l10n`. */
  readonly titleKey: string;
  readonly order: number;
}

const editors = new Map<string, EditorKind>();
const panels = new Map<string, PanelTab>();

/** Says how editors of a kind are drawn. A later one of the same kind takes the place of the earlier. */
export const registerEditor = (editor: EditorKind): void => void editors.set(editor.kind, editor);
/** What is written on an editor's tab. */
export const titleOf = (input: EditorInput): string => editors.get(input.kind)?.title?.(input) ?? input.title;
export const editorOf = (kind: string): EditorKind | undefined => editors.get(kind);
export const editorKinds = (): EditorKind[] => [...editors.values()];

/** Adds a tab to the panel. */
export const registerPanelTab = (tab: PanelTab): void => void panels.set(tab.kind, tab);
export const panelTabs = (): PanelTab[] => [...panels.values()].sort((a, b) => a.order - b.order);
export const panelTabOf = (kind: string): PanelTab | undefined => panels.get(kind);
