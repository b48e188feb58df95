import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { currentLanguage } from '#webview/base/l10n.ts';
import { observe } from '#webview/base/observe.ts';
import { icon } from '#webview/base/styles.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState } from '../pages/page-states.ts';
import { clearOutput, output$, type OutputLine } from './output-source.ts';

/** What extensions, and the connection to the hub, write down: a tab of the panel. */
@customElement('lk-output-view')
export class OutputView extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        overflow: hidden;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 12px;
        padding: 4px 12px;
      }
      .lines {
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: 4px 12px 8px;
        outline-offset: -1px;
      }
      .line {
        display: flex;
        gap: 10px;
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        font-size: 12px;
        line-height: 1.6;
      }
      .message {
        min-width: 0;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      .line > span:not(.message, .visually-hidden) {
        flex: none;
        color: var(--vscode-descriptionForeground);
      }
      .warn > .message {
        color: var(--vscode-editorWarning-foreground);
      }
      .error > .message {
        color: var(--vscode-errorForeground);
      }
    `,
  ];

  @state() private channel = '';
  @state() private follow = true;
  @query('.lines') private lines!: HTMLElement | null;
  private readonly output = observe<readonly OutputLine[]>(this, output$(), []);

  override render() {
    const all = this.output.value;
    const channels = [...new Map(all.map(({ channel, source }) => [channel, source]))];
    const shown = this.channel === '' ? all : all.filter(({ channel }) => channel === this.channel);
    return html`<div class="bar">
        <label for="channel">${this.t('output.channel')}</label>
        <select id="channel" @change=${(event: Event) => (this.channel = (event.target as HTMLSelectElement).value)}>
          <option value="" ?selected=${this.channel === ''}>${this.t('output.all')}</option>
          ${channels.map(
            ([id, source]) => html`<option value=${id} ?selected=${id === this.channel}>${source}</option>`,
          )}
        </select>
        <label class="check">
          <input
            type="checkbox"
            .checked=${this.follow}
            @change=${(event: Event) => (this.follow = (event.target as HTMLInputElement).checked)}
          />
          ${this.t('output.follow')}
        </label>
        <span class="grow"></span>
        <button class="icon" title=${this.t('output.clear')} aria-label=${this.t('output.clear')} @click=${clearOutput}>
          ${icon('clear-all')}
        </button>
      </div>
      ${
        shown.length === 0
          ? emptyState('output', this.t('output.empty'))
          : html`<div class="lines" role="log" aria-live="off" tabindex="0" aria-label=${this.t('output.title')}>
              ${repeat(
                shown,
                (line) => line,
                (line) => this.line(line),
              )}
            </div>`
      }`;
  }

  protected override updated(_: PropertyValues): void {
    if (this.follow && this.lines) this.lines.scrollTop = this.lines.scrollHeight;
  }

  private line({ at, level, source, message }: OutputLine) {
    const time = new Date(at).toLocaleTimeString(currentLanguage());
    return html`<div class="line ${level}">
      <span>${time}</span>
      ${this.channel === '' ? html`<span>${source}</span>` : nothing}
      ${level === 'info' ? nothing : html`<span class="visually-hidden">${this.t(`output.level.${level}`)}</span>`}
      <span class="message">${message}</span>
    </div>`;
  }
}
