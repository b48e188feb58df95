import { html, nothing } from 'lit';
import type { CustomerState } from '#protocol/customer-page.ts';
import { headline } from '../customer/notice.ts';
import { t } from '../customer/texts.ts';
import { organisationOf } from './organisation.ts';

/** The app's work is over: why, and what can be done next. */
export function goodbye(state: CustomerState) {
  const { reason, by } = state.ended!;
  const good = ['technician', 'customer', 'removed', 'closed', 'blocked'].includes(reason);
  const args = { organisation: organisationOf(state), by: by ?? '', byKnown: by ? 'yes' : 'no' };
  return html`<section class="card">
    ${headline(good ? 'check' : 'info', good ? 'good' : 'info', t(reason === 'removed' ? 'ended.removed.title' : reason === 'closed' || reason === 'replaced' ? 'ended.closed.title' : 'ended.session.title'))}
    <p class="lead">${t(`ended.${reason}`, args)}</p>
    ${reason === 'replaced' ? nothing : html`<p>${t(state.access && reason !== 'removed' ? 'ended.accessStays' : 'ended.nothingStays', args)}</p>`}
    <p>${t('ended.close')}</p>
  </section>`;
}
