import { html, nothing } from 'lit';
import type { CustomerState } from '#protocol/customer-page.ts';
import { formatTime, t } from '../customer/texts.ts';

/** What technicians did at this computer, the newest first. */
export const activityList = (activity: CustomerState['activity']) =>
  activity.length === 0
    ? nothing
    : html`<section class="card">
        <h2 id="activity-heading">${t('activity.title')}</h2>
        <ol class="activity" tabindex="0" aria-labelledby="activity-heading">
          ${activity.toReversed().map(
            ({ at, technician, what, detail }) =>
              html`<li>
                <time datetime=${new Date(at).toISOString()}>${formatTime(at)}</time>
                <span>${t(`activity.${what}`, { technician, detail })}</span>
              </li>`,
          )}
        </ol>
      </section>`;
