import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Subscription } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Session } from '#protocol/sessions.ts';
import type { RemoteTerminal, TerminalState } from '#core/workbench/sessions/remote-terminal.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { TerminalService } from '#core/workbench/sessions/terminal-service.ts';
import { moveFocus } from '#webview/base/focus.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { permissionReason } from '../../pages/hub.ts';
import { emptyState, errorBanner } from '../../pages/page-states.ts';
import { controlStyles } from '../../pages/page-styles.ts';
import { sessionTerminalsStyles } from './session-terminals-styles.ts';
import './terminal-view.ts';
import type { TerminalView } from './terminal-view.ts';

/** Sessions that had their first terminal. */
const begun = new Set<string>();

/** The terminals of a session, one in front. What others open is shown too. */
@customElement('lk-session-terminals')
export class SessionTerminals extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles, sessionTerminalsStyles];

  @property({ attribute: false }) session: Session | undefined;
  @state() private terminals: readonly RemoteTerminal[] = [];
  @state() private front: string | undefined;
  @state() private opening = false;
  @state() private error: unknown;
  private readonly service = inject(TerminalService);
  private readonly sessions = inject(SessionService);
  private readonly numbers = new Map<string, number>();
  private readonly states = new Map<string, Subscription>();
  private subscriptions: Subscription[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const subscription of [...this.subscriptions.splice(0), ...this.states.values()]) subscription.unsubscribe();
    this.states.clear();
  }

  override focus(): void {
    const shown = this.renderRoot.querySelector<TerminalView>('lk-terminal:not([hidden])');
    (shown ?? this.renderRoot.querySelector<HTMLElement>('button'))?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('session') as Session | undefined;
    if (changed.has('session') && this.isConnected && before?.id !== this.session?.id) this.watch();
    if (changed.has('session')) void this.refresh();
  }

  /** Opens another terminal, and shows it. */
  async open(): Promise<void> {
    if (!this.session || this.opening || this.reason !== undefined) return;
    this.opening = true;
    this.error = undefined;
    try {
      const { id } = await this.service.open(this.session.id);
      await this.show(id);
    } catch (error) {
      this.error = error;
    } finally {
      this.opening = false;
    }
  }

  private get looking(): boolean {
    return !this.session || !this.sessions.isInControl(this.session);
  }

  /** Why no terminal can be opened now, where none can. */
  private get reason(): string | undefined {
    const switchedOff = permissionReason('session.terminal');
    if (switchedOff !== undefined) return switchedOff;
    if (this.looking) return this.t('sessions.lookOnly');
    return this.session?.state === 'active' ? undefined : this.t('sessions.notNow');
  }

  private watch(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
    const id = this.session?.id;
    if (id === undefined) return;
    this.subscriptions = [
      this.service.of$(id).subscribe((terminals) => this.take(terminals)),
      // What was opened while nobody here was told.
      this.sessions.availability$(id).subscribe(() => void this.refresh()),
    ];
  }

  private async refresh(): Promise<void> {
    const id = this.session?.id;
    if (id === undefined || this.sessions.availability(id) !== 'ready') return;
    if (permissionReason('session.terminal') !== undefined) return;
    try {
      await this.service.attachAll(id);
      // Whoever has given the computer an account came to work; with the customer there, they say so first.
      const isFirst = this.session?.kind === 'unattended' && !begun.has(id);
      begun.add(id);
      if (isFirst && this.service.of(id).length === 0 && this.reason === undefined) await this.open();
    } catch (error) {
      // What passes with the connection comes again with it.
      if (!(error instanceof LatchkeyError) || error.kind === 'internal') this.error = error;
    }
  }

  private take(terminals: readonly RemoteTerminal[]): void {
    const fresh = terminals.filter((each) => !this.terminals.includes(each));
    this.terminals = terminals;
    for (const terminal of fresh) {
      if (!this.numbers.has(terminal.id)) this.numbers.set(terminal.id, this.numbers.size + 1);
      this.states.set(
        terminal.id,
        terminal.state$.subscribe((current) => this.follow(terminal, current)),
      );
    }
    const isThere = terminals.some(({ id }) => id === this.front);
    if (!isThere || fresh.length > 0) this.front = (fresh.at(-1) ?? terminals.at(-1))?.id;
  }

  /** A shell that ended well takes its terminal along, as in VS Code. */
  private follow(terminal: RemoteTerminal, current: TerminalState): void {
    if (current.kind === 'closed' && current.code === 0) this.service.forget(terminal);
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const { terminals } = this;
    if (terminals.length === 0) {
      return html`${errorBanner(this.error)}${emptyState(
        'terminal',
        this.reason ?? this.t('sessions.terminal.none'),
        html`<button
          class="primary"
          aria-disabled=${this.reason || this.opening ? 'true' : 'false'}
          title=${this.reason ?? nothing}
          @click=${() => void this.open()}
        >
          ${icon('add')}${this.t('sessions.terminal.open')}
        </button>`,
      )}`;
    }
    return html`<div class="bar">
        <div class="tabs" role="tablist" aria-label=${this.t('sessions.terminal.list')} @keydown=${this.pressed}>
          ${repeat(
            terminals,
            ({ id }) => id,
            (terminal) => this.renderTab(terminal),
          )}
        </div>
        <button
          class="icon"
          title=${this.reason ?? this.t('sessions.terminal.new')}
          aria-label=${this.t('sessions.terminal.new')}
          aria-disabled=${this.reason ? 'true' : 'false'}
          @click=${() => void this.open()}
        >
          ${icon('add')}
        </button>
      </div>
      ${errorBanner(this.error)} ${this.lookNote()}
      ${repeat(
        terminals,
        ({ id }) => id,
        (terminal) => this.renderPanel(terminal),
      )}`;
  }

  private titleOf(terminal: RemoteTerminal): string {
    return this.t('sessions.terminal.name', { number: this.numbers.get(terminal.id) ?? 1 });
  }

  private renderTab(terminal: RemoteTerminal): TemplateResult {
    const { id } = terminal;
    const selected = id === this.front;
    const title = this.titleOf(terminal);
    return html`<div class="tab ${selected ? 'selected' : ''}" role="presentation">
      <button
        id="tab-${id}"
        class="name"
        role="tab"
        aria-selected=${selected}
        aria-controls="panel-${id}"
        aria-keyshortcuts="Delete"
        tabindex=${selected ? 0 : -1}
        @click=${() => void this.show(id)}
      >
        ${icon('terminal')}${title}
      </button>
      <button
        class="icon close"
        tabindex="-1"
        aria-hidden="true"
        title=${this.t('sessions.terminal.close', { name: title })}
        @click=${() => void this.close(terminal)}
      >
        ${icon('close')}
      </button>
    </div>`;
  }

  private renderPanel(terminal: RemoteTerminal): TemplateResult {
    const { id, current } = terminal;
    const shown = id === this.front;
    return html`<div class="panel" id="panel-${id}" role="tabpanel" aria-labelledby="tab-${id}" ?hidden=${!shown}>
      ${current.kind === 'closed' ? this.closedNote(terminal, current.code) : nothing}
      <lk-terminal
        ?hidden=${!shown}
        .terminal=${terminal}
        .label=${this.t('sessions.terminal.label', { name: this.titleOf(terminal) })}
        .looking=${this.looking || current.kind === 'closed'}
        @terminal-ready=${(event: Event) => this.ready(event.target as TerminalView, id)}
      ></lk-terminal>
    </div>`;
  }

  private closedNote(terminal: RemoteTerminal, code: number | null | undefined): TemplateResult {
    const text =
      code === undefined
        ? this.t('sessions.terminal.gone')
        : code === null
          ? this.t('sessions.terminal.killed')
          : this.t('sessions.terminal.exited', { code });
    return html`<div class="note" role="status">
      ${icon('info')}<span class="grow">${text}</span>
      <button @click=${() => this.service.forget(terminal)}>${this.t('page.close')}</button>
    </div>`;
  }

  private lookNote(): TemplateResult | typeof nothing {
    const { session } = this;
    if (!session || !this.looking || session.state === 'ended') return nothing;
    const name = session.participants.find(({ technician }) => technician === session.inControl)?.name;
    return html`<div class="note" role="status">
      ${icon('eye')}<span class="grow"
        >${name ? this.t('sessions.terminal.looking', { name }) : this.t('sessions.lookOnly')}</span
      >
      <button @click=${() => this.emit('ask-control')}>${this.t('sessions.askControl')}</button>
    </div>`;
  }

  private ready(view: TerminalView, id: string): void {
    if (id === this.front && !this.looking && this.isConnected && this.offsetParent !== null) view.focus();
  }

  private async show(id: string): Promise<void> {
    this.front = id;
    await this.updateComplete;
    this.focus();
  }

  private async close(terminal: RemoteTerminal): Promise<void> {
    this.error = undefined;
    try {
      // Somebody who looks on puts it out of their own sight alone.
      if (terminal.current.kind !== 'closed' && !this.looking) await terminal.end();
      this.service.forget(terminal);
      await this.updateComplete;
      this.focus();
    } catch (error) {
      this.error = error;
    }
  }

  private pressed(event: KeyboardEvent): void {
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')];
    if (event.key === 'Delete') {
      const terminal = this.terminals.find(({ id }) => id === this.front);
      if (terminal) void this.close(terminal);
      return;
    }
    const moved = moveFocus(event, tabs, { orientation: 'horizontal' });
    if (moved) this.front = moved.id.slice('tab-'.length);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-terminals': SessionTerminals;
  }
}
