import { css, html, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { currentLanguage } from '#webview/base/l10n.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles, pageStyles } from '../../pages/page-styles.ts';
import { errorState, loadingState } from '../../pages/page-states.ts';
import type * as MonacoModule from './monaco.ts';

/** Monaco's own texts have to be there before Monaco is. English is built in. */
const texts: Readonly<Record<string, () => Promise<unknown>>> = {
  fr: () => import('monaco-editor/nls/lang/fr'),
  de: () => import('monaco-editor/nls/lang/de'),
};

let loading: Promise<typeof MonacoModule> | undefined;

/** Loads Monaco once; call it when the page is idle, to have it when it is needed. */
export function loadMonaco(): Promise<typeof MonacoModule> {
  loading ??= (async () => {
    await texts[currentLanguage()]?.();
    // By its address, not its source: a bundler would put Monaco's style sheet into that of the whole workbench.
    const module: unknown = await import(new URL('./monaco.js', import.meta.url).href);
    return module as typeof MonacoModule;
  })();
  loading.catch(() => (loading = undefined)); // so that it can be tried again
  return loading;
}

/**
 * An editor for JSON with comments. Fires `text-change` with the text, and `save` at Ctrl+S.
 *
 * Set `text` to show another text; what the person typed is kept while `text` stays the same.
 */
@customElement('lk-json-editor')
export class JsonEditor extends WorkbenchElement {
  static override styles = [
    baseStyles,
    pageStyles,
    controlStyles,
    css`
      :host {
        overflow: hidden;
      }
      .editor {
        height: 100%;
      }
    `,
  ];

  @property() text = '';
  /** Tells documents apart, and ties a schema to one: `settings.json`. */
  @property() name = 'document.json';
  @property() label = '';
  @property({ attribute: false }) schema: object | undefined;
  @state() private monaco: typeof MonacoModule | undefined;
  @state() private error: unknown;
  @query('.editor') private place!: HTMLElement | null;
  private editor: MonacoModule.monaco.editor.IStandaloneCodeEditor | undefined;
  private model: MonacoModule.monaco.editor.ITextModel | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.editor?.dispose();
    this.model?.dispose();
    this.editor = this.model = undefined;
  }

  override render() {
    if (this.error !== undefined) return errorState(this.error, () => void this.load());
    if (!this.monaco) return loadingState();
    return html`<link rel="stylesheet" href=${this.monaco.styleSheet} @load=${() => this.editor?.layout()} />
      <div class="editor" @keydown=${this.onKey}></div>`;
  }

  override focus(): void {
    this.editor?.focus();
  }

  /** Shows a place: the key where there is one, else the end. */
  reveal(key: string): void {
    const [match] = this.model?.findMatches(JSON.stringify(key), false, false, true, null, false) ?? [];
    if (!match || !this.editor) return;
    this.editor.setSelection(match.range);
    this.editor.revealRangeInCenter(match.range);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.monaco || !this.place) return;
    if (!this.editor) this.create(this.monaco, this.place);
    if (changed.has('schema')) this.applySchema();
    if (changed.has('text') && this.model && this.model.getValue() !== this.text) {
      // As an edit, so that it can be undone.
      this.model.pushEditOperations([], [{ range: this.model.getFullModelRange(), text: this.text }], () => null);
    }
  }

  private async load(): Promise<void> {
    this.error = undefined;
    try {
      this.monaco = await loadMonaco();
    } catch (error) {
      this.error = error;
    }
  }

  private create({ monaco }: typeof MonacoModule, place: HTMLElement): void {
    const uri = monaco.Uri.parse(`latchkey://profile/${this.name}`);
    this.model = monaco.editor.getModel(uri) ?? monaco.editor.createModel(this.text, 'json', uri);
    this.model.setValue(this.text);
    this.model.updateOptions({ tabSize: 2, insertSpaces: true });
    this.applySchema();
    this.editor = monaco.editor.create(place, {
      model: this.model,
      automaticLayout: true,
      ariaLabel: this.label,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fixedOverflowWidgets: true,
      quickSuggestions: { strings: true, other: true, comments: false },
      fontSize: 13,
      padding: { top: 8 },
      wordWrap: 'on',
    });
    this.model.onDidChangeContent(() => this.emit('text-change', this.model?.getValue() ?? ''));
    this.emit('editor-ready');
  }

  private applySchema(): void {
    if (!this.schema || !this.monaco || !this.model) return;
    const uri = `latchkey://schemas/${this.name}`;
    this.monaco.setSchema({ uri, fileMatch: [this.model.uri.toString()], schema: this.schema });
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    event.stopPropagation();
    this.emit('save');
  };
}
