import { css, html, nothing, type TemplateResult } from 'lit';
import type { AuditEntry } from '#protocol/audit.ts';
import { formatDateTime, t } from '#webview/base/l10n.ts';
import { icon } from '#webview/base/styles.ts';
import { deviceNameOf, groupNameOf, openDevice } from '../pages/hub.ts';
import { actionText, fieldChanges } from './audit-texts.ts';

export const auditDetailsStyles = css`
  aside {
    flex: 0 0 min(380px, 45%);
    overflow: auto;
    padding: 4px 16px 16px;
    border-inline-start: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent));
  }
  aside dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 4px 12px;
    margin: 8px 0 16px;
  }
  dt {
    color: var(--vscode-descriptionForeground);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/** All that an entry of the audit log says, with what was before and after. */
export function auditDetails(entry: AuditEntry, close: () => void): TemplateResult {
  const changes = fieldChanges(entry, groupNameOf);
  return html`<aside aria-label=${t('activity.details')}>
    <div class="head" style="margin: 8px 0">
      <h2 class="grow" style="margin: 0">${actionText(entry.action)}</h2>
      <button class="icon" title=${t('page.close')} aria-label=${t('page.close')} @click=${close}>
        ${icon('close')}
      </button>
    </div>
    <dl>
      <dt>${t('activity.outcome')}</dt>
      <dd>${t(`activity.outcome.${entry.outcome}`)}</dd>
      <dt>${t('activity.time')}</dt>
      <dd>${formatDateTime(entry.at)}</dd>
      <dt>${t('activity.actor')}</dt>
      <dd>${entry.actor.name} <span class="muted">${t(`activity.actor.${entry.actor.kind}`)}</span></dd>
      <dt>${t('activity.from')}</dt>
      <dd class="mono">${entry.from ?? '–'}</dd>
      <dt>${t('activity.target')}</dt>
      <dd>
        ${entry.subject?.name ?? nothing}
        ${entry.devices.slice(0, 50).map((device) => {
          const name = deviceNameOf(device);
          return name === undefined
            ? html`<div class="mono">${device}</div>`
            : html`<div><button class="link" @click=${() => openDevice(device)}>${name}</button></div>`;
        })}
      </dd>
      <dt>${t('activity.number')}</dt>
      <dd class="mono">${entry.number} · ${entry.action}</dd>
    </dl>
    ${
      changes.length === 0
        ? nothing
        : html`<table>
            <thead>
              <tr>
                <th scope="col">${t('activity.field')}</th>
                <th scope="col">${t('activity.before')}</th>
                <th scope="col">${t('activity.after')}</th>
              </tr>
            </thead>
            <tbody>
              ${changes.map(
                ({ field, before, after }) =>
                  html`<tr>
                    <td>${field}</td>
                    <td class="mono">${before || '–'}</td>
                    <td class="mono">${after || '–'}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </aside>`;
}
