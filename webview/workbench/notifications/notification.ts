import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { NotificationService, type ShownNotification } from '#core/workbench/notifications/notification-service.ts';
import { formatNumber } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { slideStyles } from '#webview/base/shared-styles.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

/** One notification: as a toast, or as a line of the list. */
@customElement('lk-notification')
export class NotificationElement extends WorkbenchElement {
  static override styles = [
    baseStyles,
    slideStyles,
    css`
      :host {
        display: block;
        padding: 10px 8px 10px 10px;
        background: var(--vscode-notifications-background);
        color: var(--vscode-notifications-foreground);
      }
      .head {
        display: flex;
        gap: 8px;
      }
      .message {
        flex: 1;
        min-width: 0;
        padding-top: 1px;
        max-height: 30vh;
        overflow: auto;
        overflow-wrap: anywhere;
        user-select: text;
      }
      .said {
        white-space: pre-line;
      }
      .info {
        color: var(--vscode-notificationsInfoIcon-foreground);
      }
      .warning {
        color: var(--vscode-notificationsWarningIcon-foreground);
      }
      .error {
        color: var(--vscode-notificationsErrorIcon-foreground);
      }
      .head > .codicon {
        margin-top: 2px;
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: 6px;
        margin-top: 8px;
      }
      .source {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font-size: 12px;
        color: var(--vscode-descriptionForeground);
      }
      .count {
        padding: 0 5px;
        border-radius: 9px;
        background: var(--vscode-badge-background);
        color: var(--vscode-badge-foreground);
        font-size: 11px;
      }
      .detail {
        margin-top: 2px;
        color: var(--vscode-descriptionForeground);
      }
      .bar {
        margin-top: 8px;
      }
      .bar[aria-valuenow] span {
        animation: none;
      }
    `,
  ];

  @property({ attribute: false }) notification!: ShownNotification;
  /** Shown as a toast: closing it leaves it in the list. */
  @property({ type: Boolean }) toast = false;
  private readonly service = inject(NotificationService);

  override render(): TemplateResult {
    const { id, severity, message, source, actions, progress, count, neverShowAgain } = this.notification;
    const sign = progress ? 'sync' : severity;
    return html`<div class="head">
        ${icon(sign, severity)}
        <span class="visually-hidden">${this.t(`notification.severity.${severity}`)}</span>
        <div class="message">
          <span class="said">${message}</span>
          ${count > 1 ? html`<span class="count">× ${formatNumber(count)}</span>` : nothing}
          ${progress?.message ? html`<div class="detail">${progress.message}</div>` : nothing}
        </div>
        ${this.toast ? this.button('chevron-down', this.t('notification.hide'), () => this.service.hide(id)) : nothing}
        ${progress ? nothing : this.button('close', this.t('notification.close'), () => this.service.close(id))}
      </div>
      ${
        source || actions.length > 0 || progress?.cancellable || neverShowAgain
          ? html`<div class="foot">
              <span class="source">${source ? this.t('notification.source', { source }) : nothing}</span>
              ${
                neverShowAgain
                  ? html`<button class="button secondary" @click=${() => this.service.neverShowAgain(id)}>
                      ${this.t('notification.neverAgain')}
                    </button>`
                  : nothing
              }
              ${actions.map(
                (action, index) =>
                  html`<button
                    class=${index === 0 ? 'button' : 'button secondary'}
                    @click=${() => this.service.act(id, action.id)}
                  >
                    ${action.title}
                  </button>`,
              )}
              ${
                progress?.cancellable
                  ? html`<button
                      class="button secondary"
                      ?disabled=${progress.cancelling}
                      @click=${() => this.service.cancel(id)}
                    >
                      ${this.t(progress.cancelling ? 'notification.cancelling' : 'dialog.cancel')}
                    </button>`
                  : nothing
              }
            </div>`
          : nothing
      }
      ${progress ? this.renderBar(progress.fraction) : nothing}`;
  }

  private renderBar(fraction: number | undefined): TemplateResult {
    const percent = fraction === undefined ? undefined : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
    return html`<div
      class="bar slide"
      role="progressbar"
      aria-label=${this.notification.message}
      aria-valuenow=${percent ?? nothing}
    >
      <span style=${percent === undefined ? '' : `width: ${percent}%`}></span>
    </div>`;
  }

  private button(name: string, label: string, run: () => void): TemplateResult {
    return html`<button class="icon-button" title=${label} aria-label=${label} @click=${run}>${icon(name)}</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-notification': NotificationElement;
  }
}
