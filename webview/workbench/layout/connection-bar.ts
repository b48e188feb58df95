import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { errorText } from '#webview/base/l10n.ts';
import { observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

/** Milliseconds that the connection may be away before it is worth a bar: a blink is not. */
const patience = 1500;

/** Says that the hub is not there, what that means for what is shown, and when it is tried again. */
@customElement('lk-connection-bar')
export class ConnectionBar extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 10px;
        min-height: 28px;
        padding: 3px 12px;
        border-bottom: 1px solid var(--vscode-contrastBorder, transparent);
        background: var(--vscode-statusBarItem-warningBackground);
        color: var(--vscode-statusBarItem-warningForeground);
      }
      .text {
        flex: 1 1 200px;
      }
      button {
        padding: 1px 8px;
        border: 1px solid currentColor;
        border-radius: 2px;
        background: none;
        color: inherit;
        font: inherit;
        cursor: pointer;
      }
    `,
  ];

  private readonly connection = inject(HubConnection);
  private readonly replica = observe(this, inject(DeviceReplica).state$, 'empty');
  @state() private seconds: number | undefined;
  @state() private shown = false;
  private since: number | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.look(), 500);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private look(): void {
    const { state, retryAt } = this.connection.currentStatus;
    const away = state === 'offline' || state === 'connecting';
    this.since = away ? (this.since ?? Date.now()) : undefined;
    this.shown = this.since !== undefined && Date.now() - this.since >= patience;
    this.seconds =
      state === 'offline' && retryAt !== undefined ? Math.max(0, Math.ceil((retryAt - Date.now()) / 1000)) : undefined;
  }

  override render(): TemplateResult {
    const { error } = this.connection.currentStatus;
    const stale = this.replica.value === 'stale' || this.replica.value === 'cached';
    return html`<div role="status">
        ${
          this.shown
            ? html`<span class="visually-hidden">${this.t(stale ? 'connection.lostStale' : 'connection.lost')}</span>`
            : nothing
        }
      </div>
      ${
        this.shown
          ? html`<div
              class="bar"
              role="region"
              aria-label=${this.t('connection.lost')}
              title=${error ? errorText(error) : nothing}
            >
              ${icon('debug-disconnect')}
              <span class="text" aria-hidden="true">${this.t(stale ? 'connection.lostStale' : 'connection.lost')}</span>
              <span
                >${
                  this.seconds === undefined
                    ? this.t('connection.trying')
                    : this.t('connection.retry', { seconds: this.seconds })
                }</span
              >
              <button ?disabled=${this.seconds === undefined} @click=${() => this.connection.retry()}>
                ${this.t('connection.now')}
              </button>
            </div>`
          : nothing
      }`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-connection-bar': ConnectionBar;
  }
}
