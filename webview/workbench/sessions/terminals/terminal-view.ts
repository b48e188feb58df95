import type { FitAddon } from '@xterm/addon-fit';
import type { SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import type { RemoteTerminal } from '#core/workbench/sessions/remote-terminal.ts';
import { formatNumber } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { errorState, loadingState } from '../../pages/page-states.ts';
import { controlStyles } from '../../pages/page-styles.ts';
import { handleKey } from './terminal-keys.ts';
import { silenceReplies } from './silence-replies.ts';
import { terminalTheme, themeChanges$ } from './terminal-theme.ts';

const mac = /Mac|iPhone|iPad/.test(navigator.platform);

/** One terminal of a session, drawn by xterm.js. Somebody who looks on sees it at the size that it has for whoever works. */
@customElement('lk-terminal')
export class TerminalView extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--vscode-terminal-background, var(--vscode-editor-background));
      }
      .place {
        flex: 1;
        min-height: 0;
        margin: 6px 0 6px 12px;
        overflow: hidden;
      }
      .looking .place {
        overflow: auto;
      }
      .frame {
        display: flex;
        flex-direction: column;
        flex: 1;
        min-height: 0;
      }
      .find {
        position: absolute;
        z-index: 3;
        top: 0;
        inset-inline-end: 20px;
        display: flex;
        gap: 4px;
        padding: 6px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-top: 0;
        background: var(--vscode-editorWidget-background);
        color: var(--vscode-editorWidget-foreground, var(--vscode-foreground));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
      }
      .find input {
        width: min(200px, 40vw);
      }
    `,
  ];

  @property({ attribute: false }) terminal: RemoteTerminal | undefined;
  @property() label = '';
  /** Looks on: shows, and types nothing. */
  @property({ type: Boolean }) looking = false;
  @state() private failed: unknown;
  @state() private xterm: typeof import('./xterm.ts') | undefined;
  @state() private finding = false;
  @query('.place') private place!: HTMLElement | null;
  @query('.find input') private findInput!: HTMLInputElement | null;
  private readonly configuration = inject(ConfigurationService);
  private drawn: { readonly view: Terminal; readonly fit: FitAddon; readonly search: SearchAddon } | undefined;
  private subscriptions: Subscription[] = [];
  private isReplay = false;
  private readonly resized = new ResizeObserver(() => this.adapt());

  override connectedCallback(): void {
    super.connectedCallback();
    // A part of the page may move it: then it begins anew, with what the computer still keeps of the output.
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
    this.drawn?.view.dispose();
    this.drawn = undefined;
  }

  override focus(): void {
    this.drawn?.view.focus();
  }

  private async load(): Promise<void> {
    this.failed = undefined;
    try {
      this.xterm = await import('./xterm.ts');
      useStyles(this.renderRoot as ShadowRoot, this.xterm.styleSheet);
    } catch (error) {
      this.failed = error;
    }
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.xterm && this.place && this.terminal && !this.drawn) this.draw(this.xterm, this.place, this.terminal);
    if (changed.has('looking') && this.drawn) {
      this.drawn.view.options.disableStdin = this.looking;
      this.adapt();
    }
    if (changed.has('label')) this.drawn?.view.textarea?.setAttribute('aria-label', this.label);
  }

  override render(): TemplateResult {
    if (this.failed !== undefined) return errorState(this.failed, () => void this.load());
    if (!this.xterm) return loadingState();
    return html`<div class="frame ${this.looking ? 'looking' : ''}" data-keys="terminal">
        <div class="place"></div>
      </div>
      ${this.finding ? this.renderFind() : nothing}`;
  }

  private renderFind(): TemplateResult {
    const button = (symbol: string, key: string, action: () => void): TemplateResult =>
      html`<button class="icon" title=${this.t(key)} aria-label=${this.t(key)} @click=${action}>
        ${icon(symbol)}
      </button>`;
    return html`<div class="find" role="search" @keydown=${this.findKey}>
      <input
        type="text"
        aria-label=${this.t('sessions.terminal.find')}
        placeholder=${this.t('sessions.terminal.find')}
        @input=${() => this.find(1, true)}
      />
      ${button('arrow-up', 'sessions.terminal.findPrevious', () => this.find(-1))}
      ${button('arrow-down', 'sessions.terminal.findNext', () => this.find(1))}
      ${button('close', 'page.close', () => this.endFind())}
    </div>`;
  }

  private draw(xterm: typeof import('./xterm.ts'), place: HTMLElement, terminal: RemoteTerminal): void {
    const { columns: cols, rows } = terminal.currentSize;
    const view = new xterm.Terminal({
      ...this.options(),
      ...terminalTheme(),
      cols,
      rows,
      allowProposedApi: true,
      disableStdin: this.looking,
      macOptionIsMeta: true,
    });
    const [fit, search] = [new xterm.FitAddon(), new xterm.SearchAddon()];
    for (const addon of [fit, search, new xterm.Unicode11Addon(), new xterm.WebLinksAddon(openLink)])
      view.loadAddon(addon);
    view.unicode.activeVersion = '11';
    view.attachCustomKeyEventHandler((event) => handleKey(event, view, () => this.beginFind(), mac));
    silenceReplies(view, () => this.isReplay);
    view.open(place);
    view.textarea?.setAttribute('aria-label', this.label);
    view.onData((data) => !this.looking && terminal.input(data));
    view.onBinary((data) => !this.looking && terminal.input(Uint8Array.from(data, (each) => each.charCodeAt(0))));
    this.drawn = { view, fit, search };
    this.subscriptions = [
      terminal.output$.subscribe(({ bytes, end, isReplay }) => {
        // Parsed in order, in slices of time: the page stays free, and what is acknowledged is on the screen.
        view.write('', () => (this.isReplay = isReplay));
        view.write(bytes, () => terminal.acknowledge(end));
      }),
      terminal.missed$.subscribe((bytes) => view.write(`\r\n\x1b[0;7m ${this.missedText(bytes)} \x1b[0m\r\n`)),
      terminal.size$.subscribe(() => this.adapt()),
      themeChanges$.subscribe(() => Object.assign(view.options, terminalTheme())),
      this.configuration.changes$.subscribe((ids) => {
        if (![...ids].some((id) => id.startsWith('terminal.'))) return;
        Object.assign(view.options, this.options());
        this.adapt();
      }),
    ];
    this.resized.observe(this);
    terminal.start();
    this.adapt();
    this.emit('terminal-ready');
  }

  private options() {
    const get = <T>(id: string): T => this.configuration.get<T>(`terminal.${id}`);
    const style = getComputedStyle(this);
    const family = get<string>('fontFamily').trim();
    return {
      fontFamily: family || style.getPropertyValue('--vscode-editor-font-family').trim() || 'monospace',
      fontSize: get<number>('fontSize'),
      cursorStyle: get<'block' | 'underline' | 'bar'>('cursorStyle'),
      cursorBlink: get<boolean>('cursorBlinking'),
      scrollback: get<number>('scrollback'),
      screenReaderMode: get<boolean>('screenReader'),
    };
  }

  /** Whoever works has the terminal at the size of their view; the others see it at that size. */
  private adapt(): void {
    if (!this.drawn || !this.terminal || this.offsetParent === null) return;
    const { view, fit } = this.drawn;
    if (!this.looking) {
      const wanted = fit.proposeDimensions();
      if (!wanted || !(wanted.cols >= 2) || !(wanted.rows >= 1)) return;
      if (wanted.cols !== view.cols || wanted.rows !== view.rows) view.resize(wanted.cols, wanted.rows);
      this.terminal.resize({ columns: wanted.cols, rows: wanted.rows });
      return;
    }
    const { columns, rows } = this.terminal.currentSize;
    if (columns !== view.cols || rows !== view.rows) view.resize(columns, rows);
  }

  private missedText(bytes: number): string {
    return this.t('sessions.terminal.missed', { bytes: formatNumber(bytes) });
  }

  private beginFind(): void {
    this.finding = true;
    void this.updateComplete.then(() => {
      this.findInput?.focus();
      this.findInput?.select();
    });
  }

  private endFind(): void {
    this.finding = false;
    this.drawn?.search.clearDecorations();
    this.focus();
  }

  private find(step: 1 | -1, incremental = false): void {
    const text = this.findInput?.value ?? '';
    if (step > 0) this.drawn?.search.findNext(text, { incremental });
    else this.drawn?.search.findPrevious(text);
  }

  private findKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.endFind();
    else if (event.key === 'Enter') this.find(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

let shared: CSSStyleSheet | undefined;

/** xterm's own style sheet, once for all terminals. */
function useStyles(root: ShadowRoot, text: string): void {
  if (!shared) {
    shared = new CSSStyleSheet();
    shared.replaceSync(text);
  }
  if (!root.adoptedStyleSheets.includes(shared)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, shared];
}

/** Ctrl and click, as in VS Code: a click alone may be meant for the program. */
function openLink(event: MouseEvent, address: string): void {
  if (mac ? event.metaKey : event.ctrlKey) window.open(address, '_blank', 'noopener,noreferrer');
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-terminal': TerminalView;
  }
}
