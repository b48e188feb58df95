import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { observe } from '#webview/base/observe.ts';
import { errorText } from '#webview/base/l10n.ts';
import { icon } from '#webview/base/styles.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner, loadingState } from '../pages/page-states.ts';
import { extensions$, restartExtension, type ExtensionList, type ExtensionView } from './extensions-source.ts';

const symbols = {
  idle: 'circle-outline',
  starting: 'sync',
  running: 'pass',
  waiting: 'warning',
  failed: 'error',
} as const;

/** The extensions that are loaded: what each may do, how it fares, and what is wrong with those that are not. */
@customElement('lk-extensions-page')
export class ExtensionsPage extends PageElement {
  static override styles = [
    PageElement.styles,
    css`
      article {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 4px 16px;
        padding: 14px 0;
        border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-panel-border, transparent));
      }
      article h2 {
        margin: 0;
      }
      .status {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .running .codicon {
        color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
      }
      .waiting .codicon {
        color: var(--vscode-editorWarning-foreground);
      }
      .failed .codicon {
        color: var(--vscode-errorForeground);
      }
      .wide {
        grid-column: 1 / -1;
        margin: 0;
        max-width: none;
      }
      .banner {
        margin: 8px 0 0;
      }
      .problem {
        white-space: pre-line;
      }
      @container (max-width: 560px) {
        article {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @state() private error: unknown;
  private readonly list = observe<ExtensionList>(this, extensions$());

  override render() {
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('extensions.title')}</h1></div>
      <p class="muted">${this.t('extensions.intro')}</p>
      ${errorBanner(this.error)} ${this.list.value ? this.content(this.list.value) : loadingState()}
    </div>`;
  }

  private content({ extensions, problems }: ExtensionList): TemplateResult {
    if (extensions.length === 0 && problems.length === 0) return emptyState('extensions', this.t('extensions.empty'));
    return html`${
      problems.length === 0
        ? nothing
        : html`<h2>${this.t('extensions.problems')}</h2>
            ${problems.map(
              ({ extension, problem }) =>
                html`<div class="banner error" role="note">
                  ${icon('error')}
                  <span class="grow problem"><strong>${extension}</strong><br />${problem}</span>
                </div>`,
            )}`
    }
    ${extensions.map((extension) => this.extension(extension))}`;
  }

  private extension(extension: ExtensionView): TemplateResult {
    const { name, displayName, description, version, publisher, status, granted, refused, commands } = extension;
    return html`<article aria-labelledby=${`extension-${name}`}>
      <h2 id=${`extension-${name}`}>${displayName}</h2>
      <div class="row">
        <span class="status ${status.state}"
          >${icon(symbols[status.state])}${this.t(`extensions.state.${status.state}`)}</span
        >
        <button
          aria-label=${this.t('extensions.restartNamed', { name: displayName })}
          @click=${() => void this.restart(name)}
        >
          ${icon('debug-restart')}${this.t('extensions.restart')}
        </button>
      </div>
      <p class="wide muted">
        ${this.t('extensions.by', { version, publisher })} · ${this.t('extensions.commands', { count: commands })}
      </p>
      ${description ? html`<p class="wide">${description}</p>` : nothing}
      <p class="wide">
        <span class="muted">${this.t('extensions.capabilities')}:</span>
        ${
          granted.length === 0
            ? this.t('extensions.noCapabilities')
            : granted.map((each) => html`<span class="badge">${each}</span> `)
        }
      </p>
      ${
        refused.length === 0
          ? nothing
          : html`<p class="wide">
              <span class="muted">${this.t('extensions.notGranted')}:</span>
              ${refused.map((each) => html`<span class="badge">${each}</span> `)}
            </p>`
      }
      ${
        status.error === undefined
          ? nothing
          : html`<div class="wide banner ${status.state === 'failed' ? 'error' : 'warning'}" role="status">
              ${icon(status.state === 'failed' ? 'error' : 'warning')}
              <span class="grow">
                ${errorText(status.error)}
                ${status.falls > 1 ? html`<span class="muted">${this.t('extensions.falls', { count: status.falls })}</span>` : nothing}
              </span>
            </div>`
      }
    </article>`;
  }

  private async restart(name: string): Promise<void> {
    this.error = undefined;
    try {
      await restartExtension(name);
    } catch (error) {
      this.error = error;
    }
  }
}
