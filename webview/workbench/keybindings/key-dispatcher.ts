import type { Disposable } from '#core/base/lifecycle.ts';
import type { CommandService } from '#core/workbench/commands/command-service.ts';
import type { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import type { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import type { TreeView } from '../views/tree-view.ts';
import { deepActiveElement, isTextInput } from '#webview/base/focus.ts';
import type { ContextScope } from '#core/workbench/context-keys/context-key-service.ts';

/** Milliseconds in which the second key of a chord has to come. */
const chordPause = 5000;
/** Which part of the workbench the focus is in, and the context key that says so. */
const parts = {
  'lk-tree': 'listFocus',
  'lk-side-bar': 'sideBarFocus',
  'lk-panel': 'panelFocus',
  'lk-editor-area': 'editorAreaFocus',
} as const;

export interface DispatcherParts {
  readonly keys: KeybindingService;
  readonly commands: CommandService;
  readonly contextKeys: ContextKeyService;
  /** Shows what is waited for, or an empty text. */
  readonly say: (waiting: { readonly pending: string } | { readonly unknown: string } | undefined) => void;
}

/** Hands key strokes to commands, and leaves to text fields what they need to be written in. */
export class KeyDispatcher {
  private readonly parts: DispatcherParts;
  private pending: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: DispatcherParts) {
    this.parts = parts;
  }

  /**
   * @param target whose keys are listened to: the document, mostly
   * @returns ends it
   */
  listen(target: Document): Disposable {
    const ends = new AbortController();
    const { signal } = ends;
    // While it is captured: a part must not see the second key of a chord.
    target.addEventListener('keydown', (event) => this.pressed(event), { capture: true, signal });
    target.addEventListener('focusin', (event) => this.parts.contextKeys.setFocus(focusScope(event)), { signal });
    window.addEventListener('blur', () => this.forget(), { signal });
    return {
      dispose: () => {
        ends.abort();
        this.forget();
      },
    };
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.key === 'Process') return;
    if (document.querySelector('lk-menu') && event.key !== 'F1') return;
    if (event.composedPath().some(keepsKeys)) return;
    const terminal = event.composedPath().some(isTerminal);
    if (terminal && !leavesTerminal(event)) return;
    const writing = this.pending === undefined && isTextInput(deepActiveElement()) && isForWriting(event);
    if (writing) return;
    // The focus may have moved without a word: from one part to another of the same shadow tree no event gets out.
    if (event.target !== document.body) this.parts.contextKeys.setFocus(focusScope(event));
    const resolution = this.parts.keys.resolve(event);
    if (resolution.kind === 'none') {
      if (this.pending === undefined || isModifier(event)) return;
      // The second key of a chord that leads nowhere is swallowed, and said to be.
      this.swallow(event);
      this.finish({ unknown: `${this.pending} ${event.key}` });
      return;
    }
    if (resolution.kind === 'more') {
      if (isModifier(event)) return;
      this.swallow(event);
      this.pending = resolution.pending;
      this.parts.say({ pending: resolution.pending });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.forget(), chordPause);
      return;
    }
    this.swallow(event);
    this.finish(undefined);
    void this.parts.commands.runAndReport(resolution.command, resolution.args && { ...resolution.args }, {
      source: 'key',
    });
  }

  private swallow(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
  }

  private finish(said: { readonly unknown: string } | undefined): void {
    clearTimeout(this.timer);
    const before = this.pending;
    this.pending = undefined;
    if (before !== undefined || said) this.parts.say(said);
    if (said) this.timer = setTimeout(() => this.parts.say(undefined), chordPause);
  }

  private forget(): void {
    this.parts.keys.reset();
    this.finish(undefined);
  }
}

/** A modal dialog, behind which nothing happens, and what records keys. */
const keepsKeys = (target: EventTarget): boolean =>
  target instanceof HTMLElement && (target.matches('dialog:modal') || target.dataset['keys'] === 'recording');

/** A terminal, whose shell gets nearly all keys. */
const isTerminal = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.dataset['keys'] === 'terminal';

/** The keys that even a terminal leaves to the workbench: the palette, the next part or tab, and out of it. */
function leavesTerminal({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  if (altKey) return false;
  if (key === 'F1' || key === 'F6') return true;
  const main = ctrlKey || metaKey;
  if (main && (key === 'PageUp' || key === 'PageDown' || key === 'F4')) return true;
  return main && shiftKey && ['p', 'e', 'm'].includes(key.toLowerCase());
}

const isModifier = ({ key }: KeyboardEvent): boolean => ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'].includes(key);

/** What text fields do themselves: letters, moving, deleting, the clipboard, undo. */
function isForWriting({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (!ctrlKey && !metaKey && !altKey)
    return key.length === 1 || /^(Arrow|Backspace|Delete|Enter|Home|End|Page)/.test(key);
  if (altKey && ctrlKey) return key.length === 1; // AltGr
  return (ctrlKey || metaKey) && /^([acvxyz]|Arrow.*|Backspace|Delete|Home|End)$/i.test(key);
}

function focusScope(event: Event): ContextScope {
  const path = event.composedPath().filter((each): each is Element => each instanceof Element);
  const scope: Record<string, boolean | string> = { inputFocus: isTextInput(path[0]) };
  for (const element of path) {
    const key = parts[element.localName as keyof typeof parts];
    if (key) scope[key] = true;
    if (element.localName === 'lk-tree-view') scope['focusedView'] = (element as TreeView).view;
  }
  return scope;
}
