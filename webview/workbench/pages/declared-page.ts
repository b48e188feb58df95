import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import type { Page } from '#protocol/declared-page.ts';
import { formatNumber } from '#webview/base/l10n.ts';
import { ObserveController } from '#webview/base/observe.ts';
import '#webview/base/qr-code.ts';
import { icon } from '#webview/base/styles.ts';
import './copy-button.ts';
import './declared-chart.ts';
import './declared-form.ts';
import './declared-table.ts';
import { disabledReasonOf, runCommand } from './commands.ts';
import { rightsChanges$ } from './hub.ts';
import { PageElement } from './page-element.ts';
import { errorBanner, loadingState } from './page-states.ts';

type Block = Page['blocks'][number];
type BlockOf<K extends Block['kind']> = Extract<Block, { kind: K }>;
type Action = BlockOf<'actions'>['actions'][number];

const outcomeIcons = { success: 'pass', warning: 'warning', failure: 'error' } as const;

/** A page that an extension declared. Its blocks are data: nothing of the extension runs here. */
@customElement('lk-declared-page')
export class DeclaredPage extends PageElement<Page> {
  static override styles = [
    PageElement.styles,
    css`
      .text {
        white-space: pre-line;
      }
      .facts {
        display: grid;
        grid-template-columns: minmax(120px, 240px) 1fr;
        margin: 0 0 16px;
      }
      .facts > div {
        display: contents;
      }
      dt,
      dd {
        margin: 0;
        padding: 5px 10px 5px 0;
        border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
        overflow-wrap: anywhere;
      }
      dt {
        color: var(--vscode-descriptionForeground);
      }
      dd {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .action {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 14px;
        margin-bottom: 8px;
      }
      .action button {
        min-width: 120px;
      }
      .action .muted {
        flex: 1 1 240px;
      }
      .progress {
        margin-bottom: 16px;
        max-width: 560px;
      }
      .track {
        height: 6px;
        margin-top: 4px;
        overflow: hidden;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 3px;
        background: var(--vscode-editorWidget-border, var(--vscode-panel-border));
      }
      .track > div {
        height: 100%;
        background: var(--vscode-progressBar-background);
      }
      .steps {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 20px;
        margin: 0 0 20px;
        padding: 0;
        list-style: none;
        color: var(--vscode-descriptionForeground);
      }
      .steps li {
        padding-bottom: 4px;
        border-bottom: 2px solid transparent;
      }
      .steps [aria-current] {
        border-color: var(--vscode-progressBar-background);
        color: var(--vscode-foreground);
        font-weight: 600;
      }
      .busy,
      .outcome {
        display: flex;
        align-items: flex-start;
        gap: 10px;
        margin-bottom: 16px;
      }
      .spin {
        animation: spin 1.5s steps(30) infinite;
      }
      @keyframes spin {
        to {
          transform: rotate(1turn);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .spin {
          animation: none;
        }
      }
      .outcome .codicon {
        flex: none;
        width: 28px;
        height: 28px;
        font-size: 28px;
      }
      .outcome h2 {
        margin: 3px 0 6px;
      }
      .outcome.success .codicon {
        color: var(--vscode-testing-iconPassed, var(--vscode-notificationsInfoIcon-foreground));
      }
      .outcome.warning .codicon {
        color: var(--vscode-notificationsWarningIcon-foreground);
      }
      .outcome.failure .codicon {
        color: var(--vscode-notificationsErrorIcon-foreground);
      }
      lk-qr-code {
        display: block;
        width: 180px;
        margin-bottom: 16px;
      }
      @container (max-width: 560px) {
        .facts {
          grid-template-columns: 1fr;
        }
        dt {
          border: none;
          padding-bottom: 0;
        }
        dd {
          padding-top: 0;
        }
      }
    `,
  ];

  @state() private error: unknown;
  @state() private running: Action | undefined;

  constructor() {
    super();
    new ObserveController(this, rightsChanges$(), undefined);
  }

  override render() {
    const page = this.data;
    if (!page) return loadingState();
    return html`<div class="page">
      <div class="head">
        ${page.icon ? icon(page.icon) : nothing}
        <h1 class="grow">${page.title}</h1>
      </div>
      ${errorBanner(this.error)} ${page.blocks.map((block) => this.block(block))}
    </div>`;
  }

  private block(block: Block): TemplateResult {
    switch (block.kind) {
      case 'text':
        return block.tone === 'warning'
          ? html`<div class="banner warning" role="note">
              ${icon('warning')}<span class="grow text">${block.text}</span>
            </div>`
          : html`<p class="text ${classMap({ muted: block.tone === 'muted' })}">${block.text}</p>`;
      case 'heading':
        return html`<h2>${block.text}</h2>`;
      case 'facts':
        return this.facts(block);
      case 'actions':
        return this.actions(block.actions);
      case 'progress':
        return this.progress(block);
      case 'table':
        return html`<lk-declared-table
          .block=${block}
          .running=${this.running}
          @run=${(event: CustomEvent<Action>) => void this.run(event.detail)}
        ></lk-declared-table>`;
      case 'form':
        return html`<lk-declared-form
          .block=${block}
          ?busy=${this.running !== undefined}
          @run=${(event: CustomEvent<Action>) => void this.run(event.detail)}
        ></lk-declared-form>`;
      case 'steps':
        return this.steps(block);
      case 'busy':
        return html`<div class="busy" role="status">${icon('loading', 'spin')}<span>${block.text}</span></div>`;
      case 'outcome':
        return html`<div class="outcome ${block.outcome}" role="status">
          ${icon(outcomeIcons[block.outcome])}
          <div>
            <h2>${block.title}</h2>
            ${block.text ? html`<p class="text">${block.text}</p>` : nothing}
          </div>
        </div>`;
      case 'chart':
        return html`<lk-declared-chart .block=${block}></lk-declared-chart>`;
      case 'qrCode':
        return html`<lk-qr-code .text=${block.text} .label=${block.label}></lk-qr-code>`;
    }
  }

  private facts({ rows }: BlockOf<'facts'>): TemplateResult {
    return html`<dl class="facts">
      ${rows.map(
        ({ label, value, copy }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>
              <span class=${copy ? 'mono' : 'grow'}>${value}</span>
              ${copy ? html`<lk-copy-button .text=${value} .label=${label}></lk-copy-button>` : nothing}
            </dd>
          </div>`,
      )}
    </dl>`;
  }

  private actions(actions: readonly Action[]): TemplateResult {
    const described = actions.some(
      ({ description, disabled, command }) => description ?? disabled ?? disabledReasonOf(command),
    );
    return html`<div class=${described ? '' : 'row'} style="margin-bottom: 16px">
      ${actions.map((action) => this.action(action))}
    </div>`;
  }

  private action(action: Action): TemplateResult {
    const reason = action.disabled ?? disabledReasonOf(action.command, action.arguments);
    const explanation = reason ?? action.description;
    const off = reason !== undefined || this.running === action;
    return html`<div class="action">
      <button
        class=${action.primary ? 'primary' : ''}
        aria-disabled=${off}
        title=${explanation ?? nothing}
        @click=${() => (off ? undefined : void this.run(action))}
      >
        ${action.icon ? icon(action.icon) : nothing}${action.title}
      </button>
      ${explanation ? html`<span class="muted">${explanation}</span>` : nothing}
    </div>`;
  }

  private progress({ label, value, maximum }: BlockOf<'progress'>): TemplateResult {
    const fraction = maximum > 0 ? Math.min(1, Math.max(0, value / maximum)) : 0;
    const text = this.t('page.ofTotal', { value: formatNumber(value), total: formatNumber(maximum) });
    return html`<div class="progress">
      <div class="row"><span class="grow">${label}</span><span class="muted">${text}</span></div>
      <div
        class="track"
        role="progressbar"
        aria-label=${label}
        aria-valuemin="0"
        aria-valuemax=${maximum}
        aria-valuenow=${value}
        aria-valuetext=${text}
      >
        <div style="width: ${fraction * 100}%"></div>
      </div>
    </div>`;
  }

  private steps({ steps, current }: BlockOf<'steps'>): TemplateResult {
    return html`<ol class="steps">
      ${steps.map((step, index) => html`<li aria-current=${index === current ? 'step' : nothing}>${index + 1}. ${step}</li>`)}
    </ol>`;
  }

  private async run(action: Action): Promise<void> {
    this.error = undefined;
    this.running = action;
    try {
      await runCommand(action.command, action.arguments);
    } catch (error) {
      this.error = error;
      await this.updateComplete;
      // It stands above, and what was pressed may be far below.
      this.renderRoot.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' });
    } finally {
      this.running = undefined;
    }
  }
}
