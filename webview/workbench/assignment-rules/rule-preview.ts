import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CancellationTokenSource } from '#jsonrpc';
import {
  AssignmentRuleService,
  type RulePreview as Preview,
} from '#core/workbench/assignment-rules/assignment-rule-service.ts';
import { DeviceActionReport } from '#core/workbench/device-actions/device-action-report.ts';
import type { AssignmentRule, ProposedMove } from '#protocol/assignment-rules.ts';
import { formatNumber } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { openDialog } from '../pages/dialog.ts';
import { deviceNameOf, groupNameOf, openDevice } from '../pages/hub.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';
import '../pages/virtual-table.ts';
import type { TableColumn } from '../pages/virtual-table.ts';

/** Devices that the question names. */
const mostNamed = 10;

/** What rules would move, device by device, and the button that does it. Fires `done` once it was done. */
@customElement('lk-rule-preview')
export class RulePreview extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        height: auto;
        overflow: visible;
      }
      lk-virtual-table {
        height: 340px;
        margin-top: 10px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, var(--vscode-contrastBorder)));
      }
      dialog p {
        white-space: pre-line;
        max-height: 40vh;
        overflow: auto;
      }
    `,
  ];

  @property({ attribute: false }) preview!: Preview;
  /** The rules that it was made with. */
  @property({ attribute: false }) rules: readonly AssignmentRule[] = [];
  /** Whether these are in force: only then they can be applied. */
  @property({ type: Boolean }) saved = false;
  @state() private asking = false;
  @state() private error: unknown;
  @state() private fraction: number | undefined;
  private cancellation: CancellationTokenSource | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // What has begun goes on in the hub; the rest is not begun.
    this.cancellation?.cancel();
  }

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  override render(): TemplateResult {
    const { moves, devices, inPlace, unmatched } = this.preview;
    const running = this.fraction !== undefined;
    return html`<h2>${this.t('assignmentRules.previewTitle')}</h2>
      ${errorBanner(this.asking ? undefined : this.error)}
      <p role="status">
        ${this.t('assignmentRules.previewSummary', { moves: moves.length, devices, inPlace, unmatched })}
      </p>
      ${
        moves.length === 0
          ? nothing
          : html`<div class="row">
                <button
                  class="primary"
                  ?disabled=${running}
                  aria-disabled=${!this.saved}
                  title=${this.saved ? nothing : this.t('assignmentRules.saveFirst')}
                  @click=${() => this.saved && (this.asking = true)}
                >
                  ${icon('run-all')}${this.t('assignmentRules.applyCount', { count: moves.length })}
                </button>
                ${
                  running
                    ? html`<button @click=${() => this.cancellation?.cancel()}>${this.t('page.cancel')}</button>
                        <progress
                          max="1"
                          .value=${this.fraction ?? 0}
                          aria-label=${this.t('assignmentRules.applyCount', { count: moves.length })}
                        ></progress>`
                    : nothing
                }
                ${this.saved ? nothing : html`<span class="muted">${this.t('assignmentRules.saveFirst')}</span>`}
              </div>
              <lk-virtual-table
                .label=${this.t('assignmentRules.previewTitle')}
                .columns=${this.columns()}
                .rows=${moves}
                .key=${({ device }: ProposedMove) => device}
                openable
                @row-open=${({ detail }: CustomEvent<ProposedMove>) => openDevice(detail.device)}
              ></lk-virtual-table>`
      }
      ${this.asking ? this.question(moves) : nothing}`;
  }

  private columns(): TableColumn<ProposedMove>[] {
    const title = (key: string): string => this.t(`assignmentRules.column.${key}`);
    const ruleOf = (id: string): string => {
      const index = this.rules.findIndex((rule) => rule.id === id);
      return index < 0 ? '' : `${formatNumber(index + 1)}. ${this.rules[index]?.name ?? ''}`;
    };
    return [
      { title: title('device'), width: '2fr', cell: ({ device }) => deviceNameOf(device) ?? device },
      { title: title('from'), width: '1fr', cell: ({ from }) => groupNameOf(from) ?? from },
      { title: title('to'), width: '1fr', cell: ({ to }) => groupNameOf(to) ?? to },
      { title: title('rule'), width: '1.4fr', cell: ({ rule }) => ruleOf(rule) },
    ];
  }

  private question(moves: readonly ProposedMove[]): TemplateResult {
    const names = moves.slice(0, mostNamed).map(({ device }) => deviceNameOf(device) ?? device);
    const more = moves.length - names.length;
    return questionDialog({
      title: this.t('assignmentRules.applyAsk', { count: moves.length }),
      detail: [...names, ...(more > 0 ? [this.t('assignmentRules.andMore', { count: more })] : [])].join('\n'),
      action: this.t('assignmentRules.applyCount', { count: moves.length }),
      busy: false,
      error: undefined,
      run: () => void this.apply(moves),
      close: () => (this.asking = false),
    });
  }

  private async apply(moves: readonly ProposedMove[]): Promise<void> {
    this.asking = false;
    this.error = undefined;
    this.fraction = 0;
    this.cancellation = new CancellationTokenSource();
    try {
      const outcomes = await inject(AssignmentRuleService).apply(moves, {
        token: this.cancellation.token,
        onProgress: ({ fraction }) => (this.fraction = fraction ?? this.fraction),
      });
      const report = inject(DeviceActionReport);
      for (const outcome of outcomes) report.tell(outcome);
      this.emit('done');
    } catch (error) {
      this.error = error;
    } finally {
      this.fraction = undefined;
      this.cancellation = undefined;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-rule-preview': RulePreview;
  }
}
