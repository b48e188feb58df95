import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from '../pages/page-styles.ts';

export interface ChoiceQuestion {
  readonly message: string;
  readonly detail?: string | undefined;
  /** In the order of the buttons; the first one stands out and has the focus. *Cancel* is always there. */
  readonly choices: readonly { readonly id: string; readonly title: string }[];
  /** Offers a checkbox with these words. */
  readonly remember?: string | undefined;
}

export interface ChoiceAnswer {
  /** undefined where it was cancelled. */
  readonly choice: string | undefined;
  readonly remember: boolean;
}

/** Asks which of several things is to be done. Native and modal. */
@customElement('lk-choose-dialog')
export class ChooseDialog extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles];

  @property({ attribute: false }) question: ChoiceQuestion = { message: '', choices: [] };

  protected override firstUpdated(): void {
    const dialog = this.renderRoot.querySelector('dialog')!;
    dialog.showModal();
    dialog.querySelector<HTMLElement>('.primary')?.focus();
  }

  override render(): TemplateResult {
    const { message, detail, choices, remember } = this.question;
    return html`<dialog
      aria-labelledby="message"
      aria-describedby=${detail ? 'detail' : nothing}
      @close=${({ target }: Event) => this.answer((target as HTMLDialogElement).returnValue)}
    >
      <form method="dialog">
        <h2 id="message">${message}</h2>
        ${detail ? html`<p id="detail">${detail}</p>` : nothing}
        ${
          remember
            ? html`<label class="check"><input type="checkbox" id="remember" /><span>${remember}</span></label>`
            : nothing
        }
        <div class="buttons">
          <button value="">${this.t('dialog.cancel')}</button>
          ${[...choices]
            .reverse()
            .map(
              ({ id, title }) =>
                html`<button class=${id === choices[0]?.id ? 'primary' : ''} value=${id}>${title}</button>`,
            )}
        </div>
      </form>
    </dialog>`;
  }

  private answer(value: string): void {
    const remember = this.renderRoot.querySelector<HTMLInputElement>('#remember')?.checked ?? false;
    const answer: ChoiceAnswer = { choice: value === '' ? undefined : value, remember };
    this.emit('chosen', answer);
  }
}

export function choose(question: ChoiceQuestion): Promise<ChoiceAnswer> {
  const element = document.createElement('lk-choose-dialog');
  element.question = question;
  return new Promise((resolve) => {
    element.addEventListener('chosen', (event) => {
      element.remove();
      resolve((event as CustomEvent<ChoiceAnswer>).detail);
    });
    document.body.append(element);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-choose-dialog': ChooseDialog;
  }
}
