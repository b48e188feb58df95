import { html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from './page-styles.ts';

/** Copies a text and says that it did. `label` names what is copied, for the tooltip and for screen readers. */
@customElement('lk-copy-button')
export class CopyButton extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles];

  @property() text = '';
  @property() label = '';
  @state() private outcome: 'copied' | 'failed' | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    const label = this.t('page.copy', { what: this.label });
    const symbol = this.outcome === 'copied' ? 'check' : this.outcome === 'failed' ? 'warning' : 'copy';
    return html`<button class="icon" title=${label} aria-label=${label} @click=${() => void this.copy()}>
        ${icon(symbol)}
      </button>
      <span class="visually-hidden" role="status">${this.outcome ? this.t(`page.${this.outcome}`) : ''}</span>`;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
      this.outcome = 'copied';
    } catch {
      this.outcome = 'failed'; // the browser refused; the text stands beside the button
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.outcome = undefined), 2000);
  }
}
