import { css, html, nothing, type TemplateResult } from 'lit';
import type { RollOutChange } from '#protocol/roll-outs.ts';
import { t } from '#webview/base/l10n.ts';

/** Longer values, such as a script, are folded up, to so many characters. */
const mostShown = 160;
const folded = 32;

export const domainChangesStyles = css`
  .changes {
    container-type: inline-size;
    max-height: 46vh;
    overflow: auto;
    outline-offset: -1px;
  }
  .changes table {
    width: 100%;
    table-layout: fixed;
  }
  .changes td {
    font-size: 12px;
    overflow-wrap: anywhere;
    vertical-align: top;
  }
  .changes th:first-child {
    width: 24%;
  }
  ins,
  del {
    display: block;
    text-decoration: none;
  }
  del {
    color: var(--vscode-descriptionForeground);
  }
  .changes pre {
    margin: 4px 0 0;
    max-height: 30vh;
    overflow: auto;
    font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
    font-size: 12px;
    white-space: pre-wrap;
  }
  summary {
    cursor: pointer;
  }
  /* One thing that scrolls is enough there: the dialog. */
  @media (max-width: 560px) {
    .changes {
      max-height: none;
    }
  }
  @container (max-width: 520px) {
    .changes thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .changes tr,
    .changes td {
      display: block;
      height: auto;
    }
    .changes tr {
      padding: 6px 0;
      border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border));
    }
    .changes td {
      padding: 0 8px;
      border: 0;
    }
    .changes td:first-child {
      font-weight: 600;
    }
  }
`;

/** What is changed in a domain, each with what was there before. Scrolled with the keyboard too. */
export const domainChanges = (changes: readonly RollOutChange[]): TemplateResult =>
  html`<div class="changes" tabindex="0" role="region" aria-label=${t('domain.changes')}>
    <table>
      <thead>
        <tr>
          <th scope="col">${t('domain.column.kind')}</th>
          <th scope="col">${t('domain.column.target')}</th>
          <th scope="col">${t('domain.column.change')}</th>
        </tr>
      </thead>
      <tbody>
        ${changes.map(row)}
      </tbody>
    </table>
  </div>`;

const row = ({ kind, target, before, after }: RollOutChange): TemplateResult =>
  html`<tr>
    <td>${t(`domain.kind.${kind}`)}</td>
    <td>${target}</td>
    <td>
      ${before === null ? nothing : html`<del>${value(before, true)}</del>`}
      ${after === null ? html`<ins>${t('domain.removed')}</ins>` : html`<ins>${value(after, false)}</ins>`}
    </td>
  </tr>`;

function value(text: string, before: boolean): TemplateResult | string {
  const shown = (part: string): string => (before ? t('domain.before', { value: part }) : part);
  const [first = ''] = text.split('\n');
  if (text.length <= mostShown && first === text) return shown(text);
  return html`<details>
    <summary>${shown(`${first.trim().slice(0, folded)}…`)}</summary>
    <pre tabindex="0">${text}</pre>
  </details>`;
}
