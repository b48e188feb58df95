import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { hubRequests } from '#protocol/hub.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { controlStyles } from '../pages/page-styles.ts';

/** What this is and which hub it talks to. Fires `dialog-close`. */
@customElement('lk-about-dialog')
export class AboutDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 6px 16px;
        margin: 0 0 12px;
      }
      dt {
        color: var(--vscode-descriptionForeground);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  private readonly about = new Loader(this, () => request(hubRequests.about, {}));

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    return html`<dialog aria-labelledby="title" @close=${() => this.emit('dialog-close')}>
      <h2 id="title">${this.t('about.title')}</h2>
      ${this.about.render(
        ({ version, protocol, publicUrl, keyFingerprint }) =>
          html`<dl>
            <dt>${this.t('about.version')}</dt>
            <dd>${version}</dd>
            <dt>${this.t('about.protocol')}</dt>
            <dd>${protocol}</dd>
            <dt>${this.t('about.address')}</dt>
            <dd>${publicUrl}</dd>
            <dt>${this.t('about.fingerprint')}</dt>
            <dd>${keyFingerprint}</dd>
            <dt>${this.t('about.browser')}</dt>
            <dd>${navigator.userAgent}</dd>
          </dl>`,
      )}
      <p class="muted">${this.t('about.icons')}</p>
      <div class="buttons">
        <button class="primary" autofocus @click=${() => this.emit('dialog-close')}>${this.t('page.close')}</button>
      </div>
    </dialog>`;
  }
}
