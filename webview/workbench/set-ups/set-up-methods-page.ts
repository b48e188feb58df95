import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { SetUpMethods } from '#core/workbench/set-ups/set-up-methods.ts';
import type { SetUpMethodContribution } from '#protocol/manifest.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { disabledReasonOf, runCommand } from '../pages/commands.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner } from '../pages/page-states.ts';

const facts = ['bestFor', 'computers', 'systems', 'customer', 'naming', 'password'] as const;

/** The ways to set up unattended access, side by side: what each is for and what it can't do (G6). */
@customElement('lk-set-up-methods-page')
export class SetUpMethodsPage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      .methods {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(260px, 1fr));
        gap: 16px;
        margin: 20px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-direction: column;
        padding: 16px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-panel-border)));
        border-radius: 6px;
        background: var(--vscode-editorWidget-background);
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 0 0 6px;
      }
      dl {
        margin: 8px 0 16px;
      }
      dt {
        margin-top: 8px;
        color: var(--vscode-descriptionForeground);
      }
      dd {
        margin: 0;
      }
      .go {
        margin-top: auto;
      }
    `,
  ];

  @state() private error: unknown;

  constructor() {
    super();
    observe(this, inject(SetUpMethods).changes$);
    // Permissions change what is greyed out.
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  override render() {
    const methods = inject(SetUpMethods).all();
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('setUpMethods.title')}</h1></div>
      <p class="muted">${this.t('setUpMethods.intro')}</p>
      ${errorBanner(this.error)}
      ${
        methods.length === 0
          ? emptyState('extensions', this.t('setUpMethods.none'))
          : html`<ul class="methods">
              ${methods.map((method) => this.method(method))}
            </ul>`
      }
    </div>`;
  }

  private method(method: SetUpMethodContribution): TemplateResult {
    const reason = disabledReasonOf(method.command);
    const off = reason !== undefined;
    return html`<li>
      <h2>${icon(method.icon)}${method.title}</h2>
      <div>${method.description}</div>
      <dl>
        ${facts.map(
          (fact) =>
            html`<dt>${this.t(`setUpMethods.${fact}`)}</dt>
              <dd>${method[fact]}</dd>`,
        )}
      </dl>
      <div class="go">
        <button
          class="primary"
          aria-disabled=${off}
          aria-label=${this.t('setUpMethods.startNamed', { method: method.title })}
          title=${reason ?? nothing}
          @click=${() => (off ? undefined : void this.start(method))}
        >
          ${this.t('setUpMethods.start')}
        </button>
        ${off ? html`<div class="muted">${reason}</div>` : nothing}
      </div>
    </li>`;
  }

  private async start({ command }: SetUpMethodContribution): Promise<void> {
    this.error = undefined;
    try {
      await runCommand(command, {});
    } catch (error) {
      this.error = error;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-set-up-methods-page': SetUpMethodsPage;
  }
}
