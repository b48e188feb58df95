import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { ObserveController, observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { disabledReasonOf, isEnabled, runCommand } from '../pages/commands.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import { linkedText } from './linked-text.ts';
import type { Walkthrough, WalkthroughStep } from '#core/workbench/extensions/walkthrough-registry.ts';
import { markStep, shortcutOf, walkthroughs$ } from './walkthroughs-source.ts';

const starts = [
  ['terminal', 'welcome.showCommands', 'workbench.showCommands'],
  ['device-desktop', 'welcome.goToDevice', 'workbench.quickOpen'],
  ['new-folder', 'welcome.newGroup', 'group.create'],
  ['settings-gear', 'welcome.settings', 'workbench.openSettings'],
  ['keyboard', 'welcome.keybindings', 'workbench.openKeybindings'],
] as const;

/** Where to begin: what is done most, and the walkthroughs of the extensions. Data: `{ walkthrough }`, one to open. */
@customElement('lk-welcome-page')
export class WelcomePage extends PageElement<{ readonly walkthrough?: string }> {
  static override styles = [
    PageElement.styles,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(200px, 1fr) 2fr;
        gap: 16px 40px;
        margin-top: 24px;
      }
      h1 {
        font-size: 30px;
        font-weight: 300;
      }
      .starts {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .starts li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        padding: 4px 0;
      }
      .starts button {
        display: inline-flex;
        gap: 8px;
        text-decoration: none;
      }
      .columns h2:first-child {
        margin-top: 0;
      }
      details {
        margin-bottom: 10px;
        padding: 10px 14px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, var(--vscode-panel-border)));
        border-radius: 5px;
        background: var(--vscode-editorWidget-background);
      }
      summary {
        cursor: pointer;
      }
      summary strong {
        font-size: 14px;
      }
      .bar {
        height: 4px;
        margin: 8px 0 2px;
        overflow: hidden;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 2px;
        background: var(--vscode-panel-border, var(--vscode-editorWidget-border));
      }
      .bar > div {
        height: 100%;
        background: var(--vscode-progressBar-background);
      }
      ol {
        margin: 12px 0 0;
        padding: 0;
        list-style: none;
      }
      .step {
        display: flex;
        align-items: flex-start;
        gap: 10px;
        padding: 8px 0;
      }
      .step .mark {
        margin-top: -2px;
      }
      .done .mark {
        color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
      }
      @container (max-width: 640px) {
        .columns {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @state() private error: unknown;
  private readonly walkthroughs = observe<readonly Walkthrough[]>(this, walkthroughs$(), []);

  constructor() {
    super();
    // By these, commands are greyed out.
    new ObserveController(this, inject(ContextKeyService).changes$, new Set<string>());
  }

  override render() {
    const walkthroughs = this.walkthroughs.value;
    const wanted = this.data?.walkthrough ?? walkthroughs.find(({ steps }) => steps.some(({ done }) => !done))?.id;
    return html`<div class="page">
      <h1>Latchkey</h1>
      <p class="muted">${this.t('welcome.subtitle')}</p>
      ${errorBanner(this.error)}
      <div class="columns">
        <section>
          <h2>${this.t('welcome.start')}</h2>
          <ul class="starts">
            ${starts
              .filter(([, , command]) => isEnabled(command))
              .map(([symbol, title, command]) => {
                const shortcut = shortcutOf(command);
                return html`<li>
                  <button class="link" @click=${() => void this.run(command)}>${icon(symbol)}${this.t(title)}</button>
                  ${shortcut ? html`<kbd>${shortcut}</kbd>` : nothing}
                </li>`;
              })}
          </ul>
        </section>
        <section>
          <h2>${this.t('welcome.walkthroughs')}</h2>
          ${walkthroughs.length === 0 ? html`<p class="muted">${this.t('welcome.noWalkthroughs')}</p>` : nothing}
          ${walkthroughs.map((walkthrough) => this.walkthrough(walkthrough, walkthrough.id === wanted))}
        </section>
      </div>
    </div>`;
  }

  private walkthrough({ id, title, description, steps }: Walkthrough, open: boolean): TemplateResult {
    const done = steps.filter((step) => step.done).length;
    const text = this.t('welcome.progress', { done, total: steps.length });
    return html`<details ?open=${open}>
      <summary>
        <strong>${title}</strong>
        <div class="muted">${description}</div>
        <div
          class="bar"
          role="progressbar"
          aria-label=${title}
          aria-valuemin="0"
          aria-valuemax=${steps.length}
          aria-valuenow=${done}
          aria-valuetext=${text}
        >
          <div style="width: ${(done / steps.length) * 100}%"></div>
        </div>
        <span class="muted">${text}</span>
      </summary>
      <ol>
        ${steps.map((step) => this.step(id, step))}
      </ol>
    </details>`;
  }

  private step(walkthrough: string, step: WalkthroughStep): TemplateResult {
    const label = this.t(step.done ? 'welcome.markOpen' : 'welcome.markDone');
    return html`<li class="step ${step.done ? 'done' : ''}">
      <button
        class="icon mark"
        role="checkbox"
        aria-checked=${step.done}
        aria-label=${step.title}
        title=${label}
        @click=${() => markStep(walkthrough, step.id, !step.done)}
      >
        ${icon(step.done ? 'pass-filled' : 'circle-large-outline')}
      </button>
      <div class="grow">
        <h3>${step.title}</h3>
        ${linkedText(step.description, {
          run: (command) => void this.run(command),
          reasonAgainst: disabledReasonOf,
          button: 'primary',
        })}
      </div>
    </li>`;
  }

  private async run(command: string): Promise<void> {
    this.error = undefined;
    try {
      await runCommand(command, {});
    } catch (error) {
      this.error = error;
    }
  }
}
