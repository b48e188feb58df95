import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { merge, type Subscription } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceMatchService } from '#core/workbench/device-matches/device-match-service.ts';
import type { DeviceMatch, MatchDecision } from '#protocol/device-matches.ts';
import { inject } from '#webview/base/services.ts';
import { openDialog } from '../pages/dialog.ts';
import { permissionReason, reconnected$, rightsChanges$ } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageChange } from '../pages/page-change.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';
import { timeAgo } from '../pages/times.ts';
import './match-settings.ts';
import './compared-sides.ts';
import { comparedLines } from './match-texts.ts';

/** The computers of which a technician has to say which device they are, with both sides next to each other. */
@customElement('lk-device-matches-page')
export class DeviceMatchesPage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      article {
        margin: 0 0 18px;
        padding: 14px 16px 16px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, var(--vscode-contrastBorder)));
        border-radius: 4px;
      }
      article h2 {
        margin: 0 0 2px;
      }
      article > p {
        margin-bottom: 12px;
      }
      .decide {
        justify-content: flex-end;
        margin-top: 14px;
      }
      @container (max-width: 560px) {
        article {
          padding: 12px;
        }
      }
    `,
  ];

  @state() private asking: { readonly match: DeviceMatch; readonly decision: MatchDecision } | undefined;
  private readonly service = inject(DeviceMatchService);
  private readonly loader = new Loader(this, async () => (this.reason() ? [] : await this.service.list()));
  private readonly change = new PageChange(this, () => this.loader.reload());
  private subscription: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.subscription = merge(this.service.changed$, reconnected$(), rightsChanges$()).subscribe(
      () => void this.loader.reload(),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  override render(): TemplateResult {
    const reason = this.reason();
    const administrator = inject(HubConnection).identity?.technician.role === 'administrator';
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('deviceMatches.title')}</h1></div>
      <p class="muted">${this.t('deviceMatches.intro')}</p>
      ${reason ? emptyState('lock', reason) : this.loader.render((matches) => this.content(matches))}
      ${administrator ? html`<lk-match-settings></lk-match-settings>` : nothing}
      ${this.asking ? this.question(this.asking.match, this.asking.decision) : nothing}
    </div>`;
  }

  private reason(): string | undefined {
    return permissionReason('enrolment.approve');
  }

  private content(matches: readonly DeviceMatch[]): TemplateResult {
    if (matches.length === 0) return emptyState('pass', this.t('deviceMatches.empty'));
    return html`${repeat(
      matches,
      ({ id }) => id,
      (match) => this.match(match),
    )}`;
  }

  private match(match: DeviceMatch): TemplateResult {
    const { id, kind, reason, known, other, at } = match;
    const button = (decision: MatchDecision): TemplateResult =>
      html`<button
        class=${decision === 'same' ? 'primary' : ''}
        aria-describedby="about-${id}"
        @click=${() => (this.asking = { match, decision })}
      >
        ${this.t(`deviceMatches.${decision}`)}
      </button>`;
    return html`<article aria-labelledby="about-${id}">
      <h2 id="about-${id}">${this.t(`deviceMatches.kind.${kind}`, { known: known.name, other: other.hostName })}</h2>
      <p class="muted">${this.t(`deviceMatches.reason.${reason}`)} · ${timeAgo(at)}</p>
      <lk-compared-sides
        .sides=${[
          { side: known, what: this.t('deviceMatches.known') },
          { side: other, what: this.t('deviceMatches.came') },
        ]}
        .lines=${comparedLines(match)}
      ></lk-compared-sides>
      <div class="row decide">${button('apart')}${button('same')}</div>
    </article>`;
  }

  private question(match: DeviceMatch, decision: MatchDecision): TemplateResult {
    const names = { known: match.known.name, other: match.other.hostName };
    return questionDialog({
      title: this.t(`deviceMatches.ask.${decision}`, names),
      detail: this.t(`deviceMatches.detail.${match.kind}.${decision}`, names),
      action: this.t(`deviceMatches.${decision}`),
      busy: this.change.busy,
      error: this.change.error,
      run: () =>
        void this.change.run(async () => {
          await this.service.decide(match.id, decision);
          this.asking = undefined;
        }),
      close: () => {
        this.asking = undefined;
        this.change.forget();
      },
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-device-matches-page': DeviceMatchesPage;
  }
}
