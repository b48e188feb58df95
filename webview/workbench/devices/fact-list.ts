import { html, nothing, type TemplateResult } from 'lit';
import '../pages/copy-button.ts';
import type { Fact } from './device-facts.ts';

/** Facts under each other, those worth copying with a button. */
export const factList = (facts: readonly Fact[]): TemplateResult =>
  html`<dl class="facts">
    ${facts.map(
      ({ label, values, copy }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>
            ${values.map(
              (value) =>
                html`<div class="value">
                  <span class=${copy ? 'mono' : ''}>${value}</span>
                  ${copy ? html`<lk-copy-button .text=${value} .label=${label}></lk-copy-button>` : nothing}
                </div>`,
            )}
          </dd>
        </div>`,
    )}
  </dl>`;
