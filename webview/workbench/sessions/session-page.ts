import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { merge, type Subscription } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Session } from '#protocol/sessions.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { SelectionService } from '#core/workbench/selection/selection-service.ts';
import { SessionNames } from '#core/workbench/sessions/session-names.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { moveFocus } from '#webview/base/focus.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { openDevice, reconnected$ } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner, errorState, loadingState } from '../pages/page-states.ts';
import { Clock, clockTime } from '../pages/times.ts';
import './session-ended.ts';
import './session-invitation.ts';
import { sessionPageStyles } from './session-page-styles.ts';
import './session-sign-in.ts';
import { controller, onlookers } from './session-texts.ts';
import './session-toolbar.ts';
import { Ticker, timeLeft } from './ticker.ts';

const tabs = ['terminal', 'files', 'facts', 'activity'] as const;
type Tab = (typeof tabs)[number];

/** What each tab is drawn by; loaded when it is first shown. */
const loaders: Record<Tab, () => Promise<unknown>> = {
  terminal: () => import('./terminals/session-terminals.ts'),
  files: () => import('./files/remote-files.ts'),
  facts: () => import('./session-facts.ts'),
  activity: () => import('../audit/audit-view.ts'),
};

/** One session. Data: `{ session }`, its identifier. Takes part again in what this person takes part in already. */
@customElement('lk-session-page')
export class SessionPage extends PageElement<{ readonly session: string }> {
  static override styles = [PageElement.styles, sessionPageStyles];

  @state() private session: Session | null | undefined;
  @state() private tab: Tab = 'terminal';
  /** Those that were in front once: they keep what is in them. */
  @state() private shownTabs: ReadonlySet<Tab> = new Set<Tab>(['terminal']);
  @state() private loadedTabs: ReadonlySet<Tab> = new Set();
  @state() private loadError: unknown;
  @state() private error: unknown;
  @state() private joining = false;
  @query('.panel:not([hidden]) > *') private content!: HTMLElement | null;
  private readonly sessions = inject(SessionService);
  private subscription: Subscription | undefined;
  private shownId: string | undefined;

  constructor() {
    super();
    new Clock(this);
    new Ticker(this, () => this.session?.state === 'interrupted');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch();
    void this.load(this.tab);
    this.addEventListener('focusin', this.select);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
    this.removeEventListener('focusin', this.select);
  }

  override focus(): void {
    if (this.content) this.content.focus();
    else super.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('input') && this.isConnected && this.data?.session !== this.shownId) this.watch();
  }

  private watch(): void {
    this.subscription?.unsubscribe();
    const id = this.data?.session;
    this.shownId = id;
    this.session = undefined;
    if (id === undefined) return;
    this.subscription = this.sessions.session$(id).subscribe((session) => this.take(session));
    // Restored with the page, it is asked for once the hub is there.
    this.subscription.add(merge(reconnected$(), this.sessions.known$).subscribe(() => void this.find(id)));
  }

  private async find(id: string): Promise<void> {
    this.loadError = undefined;
    if (this.sessions.get(id)) return;
    try {
      await this.sessions.load(id);
    } catch (error) {
      if (id !== this.shownId || this.session) return;
      if (error instanceof LatchkeyError && error.code === 'session.notFound') this.session = null;
      else this.loadError = error;
    }
  }

  private take(session: Session | undefined): void {
    if (!session) return;
    this.session = session;
    this.loadError = undefined;
    if (this.input) inject(EditorService).update(`session:${session.id}`, { title: inject(SessionNames).of(session) });
    // In another window, or before the page was loaded anew: this window takes part too.
    const mine = session.state !== 'ended' && this.sessions.takesPart(session);
    if (mine && !this.sessions.isJoined(session.id)) void this.join();
  }

  private async join(): Promise<void> {
    const id = this.session?.id;
    if (id === undefined || this.joining) return;
    this.joining = true;
    this.error = undefined;
    try {
      await this.sessions.join(id);
    } catch (error) {
      // Without a connection it is done when that is back.
      if (!(error instanceof LatchkeyError) || error.kind !== 'unavailable') this.error = error;
    } finally {
      this.joining = false;
    }
  }

  override render(): TemplateResult {
    const { session } = this;
    if (session === null) return emptyState('remote', this.t('sessions.notFound'));
    if (session === undefined) {
      const id = this.shownId ?? '';
      return this.loadError === undefined ? loadingState() : errorState(this.loadError, () => void this.find(id));
    }
    return html`${this.renderHeader(session)} ${errorBanner(this.error)} ${this.renderBanner(session)}
    ${this.renderBody(session)}`;
  }

  private renderHeader(session: Session): TemplateResult {
    const { state, kind, computer, device } = session;
    const works = controller(session);
    const others = onlookers(session);
    return html`<header class=${state}>
      <div class="who">
        <h1>
          ${inject(SessionNames).of(session)}
          <span class="state-mark" role="status"
            ><span class="dot" aria-hidden="true"></span>${this.t(`sessions.state.${state}`)}</span
          >
          <span class="badge">${this.t(`sessions.kind.${kind}`)}</span>
        </h1>
        <p class="summary">
          ${computer ? html`<span>${computer.system}</span>` : nothing}
          ${works ? html`<span>${this.t('sessions.inControl', { name: works })}</span>` : nothing}
          ${others ? html`<span>${this.t('sessions.lookingOn', { names: others })}</span>` : nothing}
          ${session.startedAt !== null && state !== 'ended' ? html`<span>${this.t('sessions.since', { time: clockTime(session.startedAt) })}</span>` : nothing}
          ${
            device !== null
              ? html`<button class="link" @click=${() => openDevice(device)}>${this.t('sessions.openDevice')}</button>`
              : nothing
          }
        </p>
      </div>
      <lk-session-toolbar
        .session=${session}
        @session-command=${({ detail }: CustomEvent<string>) => detail === 'session.openTerminal' && this.show('terminal')}
      ></lk-session-toolbar>
    </header>`;
  }

  private renderBanner(session: Session): TemplateResult | typeof nothing {
    if (session.state !== 'interrupted') return nothing;
    const now = inject(HubConnection).now();
    const time = timeLeft(session.resumeUntil ?? now, now);
    return html`<div class="banner warning" role="status">
      ${icon('debug-disconnect')}<span class="grow">${this.t('sessions.interrupted')}</span>
      <span role="timer" aria-live="off">${time}</span>
    </div>`;
  }

  private renderBody(session: Session): TemplateResult {
    const { state } = session;
    if (state === 'ended') {
      return html`<div class="panel scrolls"><lk-session-ended .session=${session}></lk-session-ended></div>`;
    }
    if (!this.sessions.takesPart(session)) return this.renderJoin(session);
    if (state === 'waiting') {
      return html`<div class="panel scrolls">
        <lk-session-invitation .session=${session}></lk-session-invitation>
      </div>`;
    }
    if (state === 'signingIn') {
      return html`<div class="panel scrolls"><lk-session-sign-in .session=${session}></lk-session-sign-in></div>`;
    }
    return html`<div class="tabs" role="tablist" aria-label=${this.t('sessions.parts')} @keydown=${this.pressed}>
        ${tabs.map(
          (tab) =>
            html`<button
              id="tab-${tab}"
              role="tab"
              aria-selected=${tab === this.tab}
              aria-controls="panel-${tab}"
              tabindex=${tab === this.tab ? 0 : -1}
              @click=${() => this.show(tab)}
            >
              ${this.t(`sessions.tab.${tab}`)}
            </button>`,
        )}
      </div>
      ${tabs.map(
        (tab) =>
          html`<div
            class="panel"
            id="panel-${tab}"
            role="tabpanel"
            aria-labelledby="tab-${tab}"
            ?hidden=${tab !== this.tab}
          >
            ${this.shownTabs.has(tab) ? this.renderTab(tab, session) : nothing}
          </div>`,
      )}`;
  }

  private renderTab(tab: Tab, session: Session): TemplateResult {
    // An element that is defined only after it is drawn would begin without its session.
    if (!this.loadedTabs.has(tab)) return loadingState();
    if (tab === 'terminal') {
      return html`<lk-session-terminals
        .session=${session}
        @ask-control=${() => this.askControl(session)}
      ></lk-session-terminals>`;
    }
    if (tab === 'files') return html`<lk-remote-files .session=${session}></lk-remote-files>`;
    if (tab === 'facts') return html`<lk-session-facts .session=${session}></lk-session-facts>`;
    return html`<lk-audit-view .session=${session.id}></lk-audit-view>`;
  }

  private renderJoin({ participants, technician }: Session): TemplateResult {
    const name = participants[0]?.name ?? technician.name;
    return html`<div class="panel scrolls">
      ${emptyState(
        'eye',
        this.t('sessions.joinIntro', { name }),
        html`<button class="primary" ?disabled=${this.joining} @click=${() => void this.join()}>
          ${icon('eye')}${this.t('sessions.join')}
        </button>`,
      )}
    </div>`;
  }

  private show(tab: Tab): void {
    this.tab = tab;
    this.shownTabs = new Set([...this.shownTabs, tab]);
    void this.load(tab);
  }

  private async load(tab: Tab): Promise<void> {
    try {
      await loaders[tab]();
      this.loadedTabs = new Set([...this.loadedTabs, tab]);
    } catch (error) {
      this.error = error;
    }
  }

  private pressed(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')];
    const moved = moveFocus(event, buttons, { orientation: 'horizontal' });
    const tab = tabs.find((each) => moved?.id === `tab-${each}`);
    if (tab) this.show(tab);
  }

  private askControl({ id }: Session): void {
    void inject(CommandService).runAndReport('session.askControl', { session: id }, { source: 'menu' });
  }

  /** Commands from the palette are about this session, while the focus is here. */
  private readonly select = (): void => {
    const { session } = this;
    if (!session) return;
    inject(SelectionService).set({
      sessions: [session.id],
      devices: session.device === null ? [] : [session.device],
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-page': SessionPage;
  }
}
