import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CustomerElement } from '../customer/customer-element.ts';
import { icon } from '../customer/icons.ts';

/** A line to be copied as it stands. */
@customElement('lk-copy-text')
export class CopyText extends CustomerElement {
  @property() text = '';
  @property() label = '';
  @state() private told = '';

  override render() {
    return html`<div class="copyable">
        <code>${this.text}</code>
        <button type="button" class="button" @click=${this.copy}>${icon('copy')} ${this.label}</button>
      </div>
      <p class="hint" role="status">${this.told ? this.t(this.told) : nothing}</p>`;
  }

  /** Without a secure connection browsers have no clipboard: the person then copies by hand. */
  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.told = 'copy.done';
    } catch {
      getSelection()?.selectAllChildren(this.querySelector('code')!);
      this.told = document.execCommand('copy') ? 'copy.done' : 'copy.failed';
    }
  }
}
