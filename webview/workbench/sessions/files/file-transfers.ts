import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { auditTime, merge, switchMap, type Subscription } from 'rxjs';
import { FileService } from '#core/workbench/sessions/file-service.ts';
import type { FileTransfer } from '#core/workbench/sessions/file-transfer.ts';
import { errorText } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from '../../pages/page-styles.ts';
import { byteSize } from '../../pages/times.ts';

const symbols = { done: 'check', failed: 'error', cancelled: 'circle-slash', waiting: 'watch' } as const;

/** The transfers of a session: how far each is, and *Cancel*. Nothing is drawn where there are none. */
@customElement('lk-file-transfers')
export class FileTransfers extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        flex: none;
        max-height: 40%;
        overflow: auto;
      }
      section {
        border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
      }
      header {
        position: sticky;
        top: 0;
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 4px 12px;
        background: var(--vscode-editor-background);
      }
      h3 {
        flex: 1;
        margin: 0;
        font-size: 11px;
        font-weight: 600;
        text-transform: uppercase;
      }
      ul {
        margin: 0;
        padding: 0 0 6px;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 16px minmax(0, 2fr) minmax(60px, 1fr) minmax(0, 1.4fr) 24px;
        align-items: center;
        gap: 8px;
        min-height: 26px;
        padding: 0 12px;
      }
      .name,
      .how {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .how {
        color: var(--vscode-descriptionForeground);
      }
      .failed .how {
        color: var(--vscode-errorForeground);
        white-space: normal;
      }
      progress {
        width: 100%;
        height: 6px;
        accent-color: var(--vscode-progressBar-background);
      }
      header button:not(.icon) {
        min-height: 22px;
      }
    `,
  ];

  @property() session: string | undefined;
  @state() private transfers: readonly FileTransfer[] = [];
  private readonly files = inject(FileService);
  private subscription: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('session') && this.hasUpdated) this.watch();
  }

  private watch(): void {
    this.subscription?.unsubscribe();
    if (this.session === undefined) return;
    const transfers$ = this.files.of$(this.session);
    this.subscription = transfers$.subscribe((transfers) => (this.transfers = transfers));
    this.subscription.add(
      transfers$
        .pipe(
          switchMap((transfers) => merge(...transfers.map(({ state$ }) => state$))),
          auditTime(50),
        )
        .subscribe(() => this.requestUpdate()),
    );
  }

  override render(): TemplateResult | typeof nothing {
    const { transfers, session } = this;
    if (transfers.length === 0 || session === undefined) return nothing;
    const running = transfers.filter(({ isOver }) => !isOver).length;
    return html`<section aria-label=${this.t('sessions.transfers.title')}>
      <header>
        <h3>${this.t('sessions.transfers.title')}</h3>
        ${
          running > 1
            ? html`<button @click=${() => this.files.cancelAll(session)}>
                ${this.t('sessions.transfers.cancelAll')}
              </button>`
            : nothing
        }
        ${
          running < transfers.length
            ? html`<button @click=${() => this.files.clear(session)}>${this.t('sessions.transfers.clear')}</button>`
            : nothing
        }
      </header>
      <ul>
        ${repeat(
          transfers,
          (transfer) => transfer,
          (transfer) => this.renderTransfer(transfer),
        )}
      </ul>
    </section>`;
  }

  private renderTransfer(transfer: FileTransfer): TemplateResult {
    const { phase, name, size, transferred } = transfer.current;
    const symbol = phase === 'running' ? (transfer.direction === 'upload' ? 'arrow-up' : 'arrow-down') : symbols[phase];
    const cancel = this.t('sessions.transfers.cancel', { name });
    return html`<li class=${phase}>
      ${icon(symbol)}
      <span class="name" title=${name}
        ><span class="visually-hidden">${this.t(`sessions.transfers.${transfer.direction}`)}</span> ${name}</span
      >
      ${
        transfer.isOver
          ? html`<span></span>`
          : html`<progress aria-label=${name} max=${size || 1} .value=${size ? transferred : 0}></progress>`
      }
      <span class="how" title=${phase === 'failed' ? errorText(transfer.current.error) : nothing}
        >${this.how(transfer)}</span
      >
      ${
        transfer.isOver
          ? nothing
          : html`<button class="icon" title=${cancel} aria-label=${cancel} @click=${() => transfer.cancel()}>
              ${icon('close')}
            </button>`
      }
    </li>`;
  }

  private how(transfer: FileTransfer): string {
    const { phase, size, transferred, error } = transfer.current;
    if (phase === 'failed') return errorText(error);
    if (phase === 'done') return this.t('sessions.transfers.done', { size: byteSize(size ?? 0) });
    if (phase === 'running' && size !== undefined) {
      return this.t('sessions.transfers.progress', { done: byteSize(transferred), size: byteSize(size) });
    }
    return this.t(`sessions.transfers.phase.${phase}`);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-file-transfers': FileTransfers;
  }
}
