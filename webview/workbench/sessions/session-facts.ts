import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { Session } from '#protocol/sessions.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { factSections } from '../devices/device-facts.ts';
import { devicePageStyles } from '../devices/device-page-styles.ts';
import { factList } from '../devices/fact-list.ts';
import { Loader } from '../pages/loader.ts';
import { emptyState } from '../pages/page-states.ts';
import { controlStyles, pageStyles } from '../pages/page-styles.ts';

/** What the computer of a session says of itself. */
@customElement('lk-session-facts')
export class SessionFacts extends WorkbenchElement {
  static override styles = [baseStyles, pageStyles, controlStyles, devicePageStyles];

  @property({ attribute: false }) session: Session | undefined;
  private readonly facts = new Loader<{ readonly facts: DeviceFacts | null }>(this, async () => ({
    facts: this.session ? await inject(SessionService).facts(this.session.id) : null,
  }));

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('session') as Session | undefined;
    if (changed.has('session') && this.hasUpdated && before?.state !== this.session?.state) void this.facts.reload();
  }

  override render(): TemplateResult {
    return html`<div class="page">
      ${this.facts.render(({ facts }) =>
        facts === null
          ? emptyState('info', this.t('sessions.noFacts'))
          : html`${factSections(facts, this.session?.state === 'active').map(
              ({ title, facts: rows }) =>
                html`<h2>${title}</h2>
                  ${factList(rows)}`,
            )}`,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-facts': SessionFacts;
  }
}
