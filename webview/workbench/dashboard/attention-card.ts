import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { EMPTY, merge } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { deviceActionNotifications } from '#protocol/device-actions.ts';
import { deviceMatchNotifications } from '#protocol/device-matches.ts';
import type { NotificationContract } from '#protocol/messages.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { Observable, debounceTime } from 'rxjs';
import { disabledReasonOf, runCommand } from '../pages/commands.ts';
import { auditChanges$ } from '../pages/hub.ts';
import { errorBanner } from '../pages/page-states.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { concernsOf, loadAttention, type Concern, type ConcernAction } from './attention.ts';
import { cardStyles } from './card-styles.ts';
import { RefreshedLoader } from './refreshed-loader.ts';

const told = <P>(contract: NotificationContract<P>): Observable<unknown> =>
  new Observable((subscriber) => {
    const listening = inject(HubConnection).on(contract, (params) => subscriber.next(params));
    return () => listening.dispose();
  });

/** What needs a person, each with what can be done about it. */
@customElement('lk-attention-card')
export class AttentionCard extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    cardStyles,
    css`
      .nothing {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 0;
      }
      .nothing .codicon {
        color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
      }
      li > .codicon {
        align-self: flex-start;
        margin-top: 3px;
      }
      .warning {
        color: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
      }
      .error {
        color: var(--vscode-editorError-foreground, var(--vscode-charts-red));
      }
      .info {
        color: var(--vscode-editorInfo-foreground, var(--vscode-charts-blue));
      }
    `,
  ];

  /** Devices that wait for approval. */
  @property({ type: Number }) waiting = 0;
  @state() private error: unknown;
  private readonly attention = new RefreshedLoader(
    this,
    loadAttention,
    merge(
      auditChanges$(undefined),
      merge(
        ...[
          deviceActionNotifications.changed,
          deviceActionNotifications.queueChanged,
          deviceMatchNotifications.changed,
        ].map((contract) => (contract ? told(contract as NotificationContract) : EMPTY)),
      ).pipe(debounceTime(500)),
    ),
  );

  override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="heading">
      <div class="card-head"><h2 id="heading">${this.t('dashboard.attention')}</h2></div>
      ${errorBanner(this.error)}
      ${this.attention.render((state) => this.list(concernsOf(state, this.waiting, Date.now())))}
    </section>`;
  }

  private list(concerns: readonly Concern[]): TemplateResult {
    if (concerns.length === 0) {
      return html`<p class="nothing" role="status">${icon('pass-filled')}${this.t('dashboard.attention.nothing')}</p>`;
    }
    return html`<ul class="list">
      ${concerns.map(
        (concern) =>
          html`<li>
            ${icon(concern.icon, concern.severity)}
            <div class="text">
              <div>${concern.text}</div>
              ${concern.detail ? html`<div class="muted">${concern.detail}</div>` : nothing}
            </div>
            <div class="row">
              ${concern.actions.map((action) => this.button(action))}
              ${
                concern.dismiss
                  ? html`<button
                      class="icon"
                      title=${this.t('dashboard.attention.dismiss')}
                      aria-label=${this.t('dashboard.attention.dismissThis', { text: concern.text })}
                      @click=${() => void this.dismiss(concern)}
                    >
                      ${icon('close')}
                    </button>`
                  : nothing
              }
            </div>
          </li>`,
      )}
    </ul>`;
  }

  private button(action: ConcernAction): TemplateResult {
    const reason = disabledReasonOf(action.command, action.arguments);
    return html`<button
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-description=${reason ?? nothing}
      title=${reason ?? nothing}
      @click=${() => reason === undefined && void this.run(action)}
    >
      ${action.title}
    </button>`;
  }

  private async run({ command, arguments: args }: ConcernAction): Promise<void> {
    this.error = undefined;
    try {
      await runCommand(command, args);
    } catch (error) {
      this.error = error;
    }
    await this.attention.reload();
  }

  private async dismiss({ dismiss }: Concern): Promise<void> {
    this.error = undefined;
    try {
      await dismiss?.();
    } catch (error) {
      this.error = error;
    }
    await this.attention.reload();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-attention-card': AttentionCard;
  }
}
