import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Session } from '#protocol/sessions.ts';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { ObserveController } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../audit/audit-view.ts';
import { disabledReasonOf } from '../pages/commands.ts';
import { controlStyles, pageStyles } from '../pages/page-styles.ts';
import { formatDateTime } from '#webview/base/l10n.ts';
import { sessionPageStyles } from './session-page-styles.ts';
import { endText, everybody, lengthText, usedText } from './session-texts.ts';

/** A session that is over: why, by whom and how long it was, what was done in it, and how to start again. */
@customElement('lk-session-ended')
export class SessionEnded extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles, pageStyles, sessionPageStyles];

  @property({ attribute: false }) session: Session | undefined;

  constructor() {
    super();
    new ObserveController<unknown>(this, inject(DeviceReplica).changes$, undefined);
  }

  override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (!session) return nothing;
    const facts: [string, string][] = [
      ['when', formatDateTime(session.startedAt ?? session.createdAt)],
      ['who', everybody(session)],
      ['length', lengthText(session)],
      ['used', usedText(session)],
    ];
    return html`<div class="ended">
      <h2>${icon('debug-disconnect')}${this.t('sessions.ended')}</h2>
      <p role="status">${endText(session)}</p>
      <dl>
        ${facts.map(
          ([key, value]) =>
            html`<dt>${this.t(`sessions.entries.${key}`)}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${this.renderAgain(session)}
      <lk-audit-view class="past" .session=${session.id}></lk-audit-view>
    </div>`;
  }

  private renderAgain({ kind, device }: Session): TemplateResult | typeof nothing {
    const again = kind === 'unattended' && device !== null;
    const command = again ? 'session.start' : 'session.invite';
    if (!inject(CommandRegistry).get(command)) return nothing;
    const args = again ? { devices: [device] } : {};
    const reason = disabledReasonOf(command, args);
    return html`<button
        class="primary"
        aria-disabled=${reason ? 'true' : 'false'}
        title=${reason ?? nothing}
        @click=${() => !reason && void inject(CommandService).runAndReport(command, args, { source: 'menu' })}
      >
        ${icon(again ? 'remote' : 'person-add')}${this.t(again ? 'sessions.startAgain' : 'sessions.inviteAgain')}
      </button>
      ${reason ? html`<p class="muted">${reason}</p>` : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-ended': SessionEnded;
  }
}
