import { html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { JoinAnswer } from '#protocol/join.ts';
import type { PortalInfo } from '#protocol/portal.ts';
import { Action } from '../customer/action.ts';
import { headline, notice } from '../customer/notice.ts';
import { problemText } from '../customer/texts.ts';
import './join-download.ts';
import { joinByKey } from './portal-source.ts';
import { PublicPage } from './public-page.ts';
import { digitsOf, groupWhileTyping, inGroups } from './session-key.ts';
import type { ThisSystem } from './this-system.ts';

/** `/join`: the key, then the customer app for that session. */
@customElement('lk-join-page')
export class JoinPage extends PublicPage {
  /** Nine digits of the link, or ''. */
  @property() key = '';
  /** The code of an error that led back here: a download that was refused. */
  @property() problem: string | undefined;
  @state() private joined: JoinAnswer | undefined;
  /** How many digits were entered, where that was not nine. */
  @state() private wrongLength: number | undefined;
  @state() private attempts = 0;
  private readonly action = new Action(this);

  protected override get heading(): string {
    return this.system?.mobile ? 'phone.title' : this.joined ? 'join.download' : 'join.title';
  }

  protected override screen(info: PortalInfo, system: ThisSystem) {
    if (system.mobile) return this.phone('phone.join', this.key ? this.shownKey() : nothing);
    if (this.joined)
      return html`<lk-join-download
        .answer=${this.joined}
        .apps=${info.customerApps}
        .system=${system}
        @again=${this.again}
      ></lk-join-download>`;
    return this.form(info);
  }

  /** Not used up here: the computer has to come with it. */
  private shownKey() {
    return html`<p>${this.t('phone.key')}</p>
      <p class="key-shown">${inGroups(this.key)}</p>`;
  }

  private form(info: PortalInfo) {
    const wrong = this.wrongLength !== undefined || this.action.problem !== undefined;
    return html`<section class="card">
      ${headline('person', 'info', this.t('join.title'))}
      <p class="lead">${this.t('join.lead')}</p>
      ${this.message(info)}
      <form novalidate @submit=${this.submit}>
        <div class="field key">
          <label for="key">${this.t('join.key')}</label>
          <input
            id="key"
            name="key"
            inputmode="numeric"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            required
            .defaultValue=${inGroups(this.key)}
            ?disabled=${this.action.busy}
            aria-invalid=${wrong ? 'true' : 'false'}
            aria-describedby="key-problem key-hint"
            @input=${this.group}
          />
          <p class="hint" id="key-hint">${this.t(this.key ? 'join.key.filled' : 'join.key.hint')}</p>
        </div>
        <div class="live" role="alert">${this.trouble()}</div>
        <p class="muted">${this.t('join.safety')}</p>
        <div class="buttons">
          <button class="button primary large" ?disabled=${this.action.busy}>
            ${this.t(this.action.busy ? 'join.busy' : 'join.action')}
          </button>
        </div>
      </form>
    </section>`;
  }

  private trouble() {
    const { problem } = this.action;
    const count = this.wrongLength;
    let text: string | undefined;
    if (count !== undefined) text = this.t(count > 9 ? 'join.key.tooLong' : 'join.key.incomplete', { count });
    else if (problem) text = problemText(problem);
    else if (this.problem) text = problemText({ code: this.problem, args: {} });
    return text === undefined
      ? nothing
      : keyed(this.attempts, html`<div id="key-problem">${notice('error', text)}</div>`);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // Whoever comes without a link is going to type.
    if (changed.has('info') && this.info && !this.key) this.field?.focus();
  }

  protected override whereToGo(): HTMLElement | null {
    return this.field ?? super.whereToGo();
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>('#key');
  }

  private group(event: Event): void {
    const field = event.target as HTMLInputElement;
    const { text, cursor } = groupWhileTyping(field.value, field.selectionStart ?? field.value.length);
    if (text === field.value) return;
    field.value = text;
    field.setSelectionRange(cursor, cursor);
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    const key = digitsOf(this.field?.value ?? '');
    this.attempts++;
    this.problem = undefined;
    this.action.clear();
    this.wrongLength = key.length === 9 ? undefined : key.length;
    if (this.wrongLength === undefined) await this.action.run(async () => (this.joined = await joinByKey(key)));
    this.attempts++;
    await this.updateComplete;
    this.field?.focus();
    this.field?.select();
  }

  private again(): void {
    this.joined = undefined;
    this.key = '';
  }
}
