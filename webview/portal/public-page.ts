import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { Action } from '../customer/action.ts';
import { CustomerElement } from '../customer/customer-element.ts';
import '../customer/language-switch.ts';
import { headline, notice } from '../customer/notice.ts';
import type { PortalInfo } from '#protocol/portal.ts';
import { brand, paint } from './brand.ts';
import './copy-text.ts';
import { loadPortalInfo } from './portal-source.ts';
import { thisSystem, type ThisSystem } from './this-system.ts';
import { problemText } from '../customer/texts.ts';

/** What the public pages have in common: whose they are, the way back from a hub that is away, and what phones are told. */
export abstract class PublicPage extends CustomerElement {
  @state() protected info: PortalInfo | undefined;
  @state() protected system: ThisSystem | undefined;
  private readonly loading = new Action(this);
  private readonly scheme = matchMedia('(prefers-color-scheme: dark)');
  private shown = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add('page');
    this.scheme.addEventListener('change', this.repaint);
    this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scheme.removeEventListener('change', this.repaint);
  }

  override render() {
    const { info } = this;
    return html`<header class="top">${brand(info?.appearance ?? { name: '', logo: '' })}</header>
      <main>${info && this.system ? this.screen(info, this.system) : this.waiting()}</main>
      <footer class="bottom"><lk-language-switch></lk-language-switch></footer>`;
  }

  /** A key of the texts for the page's place in the tab, the history and the ear: changes where the page says another thing. */
  protected abstract get heading(): string;
  protected abstract screen(info: PortalInfo, system: ThisSystem): TemplateResult;

  /** Where the focus goes when the page has come to something else. */
  protected whereToGo(): HTMLElement | null {
    return this.querySelector('h1');
  }

  /** What an administrator wants customers to know. */
  protected message(info: PortalInfo) {
    const { message } = info.appearance;
    return message ? html`<p class="message">${message}</p>` : nothing;
  }

  /** Opened on a phone: where to go with the computer, and what to take along. */
  protected phone(text: string, more: unknown = nothing) {
    return html`<section class="card">
      ${headline('phone', 'info', this.t('phone.title'))}
      <p>${this.t(text)}</p>
      <lk-copy-text .text=${location.host + location.pathname} .label=${this.t('copy')}></lk-copy-text>
      ${more}
      <p>
        <button
          type="button"
          class="link"
          @click=${() => (this.system = { platform: undefined, architecture: undefined, mobile: false })}
        >
          ${this.t('phone.anyway')}
        </button>
      </p>
    </section>`;
  }

  private waiting() {
    const { problem } = this.loading;
    if (!problem) return html`<section class="card" aria-busy="true"></section>`;
    return html`<section class="card">
      ${headline('warning', 'warning', this.t('failed.title'))}
      <p class="lead">${this.t('failed.text')}</p>
      <div class="live" role="alert">
        ${problem.code === 'hub.unreachable' ? nothing : notice('warning', problemText(problem))}
      </div>
      <div class="buttons">
        <button type="button" class="button primary" @click=${this.load}>${this.t('failed.retry')}</button>
      </div>
    </section>`;
  }

  private load(): void {
    void this.loading.run(async () => {
      const [info, system] = await Promise.all([loadPortalInfo(), thisSystem(navigator)]);
      this.info = info;
      this.system = system;
      this.repaint();
    });
  }

  private readonly repaint = (): void => paint(document.documentElement, this.info?.appearance.color ?? null);

  /** Whoever cannot see the page hears where it has come to: the focus goes there. */
  protected override updated(_: PropertyValues): void {
    if (!this.info) return;
    document.title = [this.t(this.heading), this.info.appearance.name || 'Latchkey'].join(' – ');
    const screen = `${this.heading} ${this.system?.mobile}`;
    if (screen === this.shown) return;
    if (this.shown !== '') void this.updateComplete.then(() => this.whereToGo()?.focus());
    this.shown = screen;
  }
}
