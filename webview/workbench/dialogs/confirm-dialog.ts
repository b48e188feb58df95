import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Confirmation } from '#core/workbench/dialogs/confirmer.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

/** Asks before something is done. Native and modal, so that the focus stays in it and the page behind is out of reach. */
@customElement('lk-confirm-dialog')
export class ConfirmDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      dialog {
        width: min(500px, calc(100vw - 24px));
        max-height: calc(100vh - 48px);
        padding: 16px;
        border: 1px solid var(--vscode-editorWidget-border);
        border-radius: 6px;
        background: var(--vscode-editorWidget-background);
        color: var(--vscode-editorWidget-foreground);
        box-shadow: 0 0 8px 2px var(--vscode-widget-shadow);
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.4);
      }
      .text {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 8px 12px;
      }
      .codicon {
        width: 32px;
        height: 32px;
        font-size: 32px;
        color: var(--vscode-notificationsInfoIcon-foreground);
      }
      .destructive .codicon {
        color: var(--vscode-notificationsWarningIcon-foreground);
      }
      h1 {
        align-self: center;
        margin: 0;
        font-size: 14px;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      p {
        grid-column: 2;
        margin: 0;
        max-height: 40vh;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      label {
        grid-column: 2;
        display: flex;
        flex-direction: column;
        gap: 4px;
      }
      input {
        padding: 4px 6px;
        border: 1px solid var(--vscode-input-border, var(--vscode-contrastBorder, transparent));
        border-radius: 2px;
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground);
        font: inherit;
      }
      input:focus {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        margin-top: 20px;
      }
    `,
  ];

  @property({ attribute: false }) confirmation: Confirmation = { message: '', action: '' };
  @state() private written = '';

  protected override firstUpdated(): void {
    const dialog = this.renderRoot.querySelector('dialog')!;
    dialog.showModal();
    const { destructive, typed } = this.confirmation;
    dialog.querySelector<HTMLElement>(typed ? 'input' : destructive ? '.secondary' : '.go')?.focus();
  }

  override render(): TemplateResult {
    const { message, detail, action, destructive, typed } = this.confirmation;
    const open = !typed || this.written.trim() === typed.text;
    return html`<dialog
      role="alertdialog"
      aria-labelledby="message"
      aria-describedby=${detail ? 'detail' : nothing}
      class=${destructive ? 'destructive' : ''}
      @close=${(event: Event) => this.emit('confirmed', (event.target as HTMLDialogElement).returnValue === 'go')}
    >
      <form method="dialog">
        <div class="text">
          ${icon(destructive ? 'warning' : 'question')}
          <h1 id="message">${message}</h1>
          ${detail ? html`<p id="detail" tabindex="0">${detail}</p>` : nothing}
          ${
            typed
              ? html`<label>
                  ${typed.label}
                  <input
                    autocomplete="off"
                    spellcheck="false"
                    .value=${this.written}
                    @input=${(event: InputEvent) => (this.written = (event.target as HTMLInputElement).value)}
                  />
                </label>`
              : nothing
          }
        </div>
        <div class="buttons">
          <button class="button go" value="go" ?disabled=${!open}>${action}</button>
          <button class="button secondary" value="">${this.t('dialog.cancel')}</button>
        </div>
      </form>
    </dialog>`;
  }
}

/** Resolves with whether the person goes on. */
export function confirm(confirmation: Confirmation): Promise<boolean> {
  const element = document.createElement('lk-confirm-dialog');
  element.confirmation = confirmation;
  return new Promise((resolve) => {
    element.addEventListener('confirmed', (event) => {
      element.remove();
      resolve((event as CustomEvent<boolean>).detail);
    });
    document.body.append(element);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-confirm-dialog': ConfirmDialog;
  }
}
