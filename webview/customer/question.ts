import { html, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { CustomerElement } from './customer-element.ts';

/**
 * Asks before something is done. Fires `answer` with true or false; whoever shows it takes it away then. The focus is on
 * the answer that changes nothing.
 */
@customElement('lk-customer-question')
export class CustomerQuestion extends CustomerElement {
  @property() heading = '';
  @property() text = '';
  @property() action = '';
  @property() cancel = '';
  private focusedBefore: Element | null = null;

  override render() {
    return html`<dialog
      class="question"
      aria-labelledby="question-heading"
      aria-describedby="question-text"
      @cancel=${(event: Event) => {
        event.preventDefault();
        this.answer(false);
      }}
    >
      <h2 id="question-heading">${this.heading}</h2>
      <p id="question-text">${this.text}</p>
      <div class="buttons">
        <button type="button" class="button danger" @click=${() => this.answer(true)}>${this.action}</button>
        <button type="button" class="button" autofocus @click=${() => this.answer(false)}>${this.cancel}</button>
      </div>
    </dialog>`;
  }

  protected override firstUpdated(_: PropertyValues): void {
    this.focusedBefore = document.activeElement;
    this.querySelector('dialog')!.showModal();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.focusedBefore instanceof HTMLElement && this.focusedBefore.isConnected) this.focusedBefore.focus();
  }

  private answer(yes: boolean): void {
    this.dispatchEvent(new CustomEvent('answer', { detail: yes }));
  }
}
