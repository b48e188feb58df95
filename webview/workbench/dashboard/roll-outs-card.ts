import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { rollOutRequests, type RollOutSummary } from '#protocol/roll-outs.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { auditChanges$, groupNameOf, request } from '../pages/hub.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { cardStyles } from './card-styles.ts';
import { RefreshedLoader } from './refreshed-loader.ts';

const mostShown = 5;
const open = 'gpo.open';

/** Roll-outs to Windows domains: how many computers are expected, and how many have joined. Nothing where there are none. */
@customElement('lk-roll-outs-card')
export class RollOutsCard extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles, cardStyles];

  private readonly loaded = new RefreshedLoader(
    this,
    () => request(rollOutRequests.list, {}).catch((): RollOutSummary[] => []),
    auditChanges$(undefined),
  );

  protected override updated(): void {
    // The grid closes up where there is nothing.
    this.hidden = (this.loaded.value ?? []).length === 0;
  }

  override render(): TemplateResult | typeof nothing {
    const all = this.loaded.value ?? [];
    if (all.length === 0) return nothing;
    return html`<section class="card" aria-labelledby="heading">
      <div class="card-head"><h2 id="heading">${this.t('dashboard.rollOuts')}</h2></div>
      <ul class="list">
        ${all.slice(0, mostShown).map((rollOut) => this.row(rollOut))}
      </ul>
      ${
        all.length > mostShown
          ? html`<p class="muted">${this.t('dashboard.rollOuts.more', { count: all.length - mostShown })}</p>`
          : nothing
      }
    </section>`;
  }

  private row({ id, name, group, domain, expected, joined, installer }: RollOutSummary): TemplateResult {
    const known = inject(CommandRegistry).get(open) !== undefined;
    const facts = [groupNameOf(group) ?? group, ...(domain === null ? [] : [domain])];
    const progress =
      installer === null
        ? this.t('dashboard.rollOuts.incomplete')
        : expected === null
          ? this.t('dashboard.rollOuts.joined', { joined })
          : this.t('dashboard.rollOuts.joinedOf', { joined, expected });
    const show = (): void => void inject(CommandService).runAndReport(open, { rollOut: id }, { source: 'menu' });
    return html`<li>
      <div class="text">
        ${known ? html`<button class="link" @click=${show}>${name}</button>` : name}
        <div class="muted">${[...facts, progress].join(' · ')}</div>
        ${
          expected === null || installer === null
            ? nothing
            : html`<div class="meter"><div style="width: ${Math.min(1, joined / expected) * 100}%"></div></div>`
        }
      </div>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-roll-outs-card': RollOutsCard;
  }
}
