import { css, svg, html, type TemplateResult } from 'lit';
import type { Presence } from '#protocol/presence.ts';

// Filled disc, ring, half-moon, disc with a bar: told apart without colour too.
const shapes = {
  online: svg`<circle cx="8" cy="8" r="4" fill="currentColor"/>`,
  offline: svg`<circle cx="8" cy="8" r="3.4" fill="none" stroke="currentColor" stroke-width="1.2"/>`,
  asleep: svg`<path d="M6.2 3.6a4.6 4.6 0 1 0 6.1 6.2A4.2 4.2 0 0 1 6.2 3.6z" fill="currentColor"/>`,
  inSession: svg`<rect x="3.5" y="4" width="9" height="6" rx="1" fill="currentColor"/><rect x="5.5" y="11.2" width="5" height="1.3" fill="currentColor"/>`,
} satisfies Record<Presence, unknown>;

export const presenceStyles = css`
  .presence {
    flex: none;
    width: 16px;
    height: 16px;
  }
  .presence.online {
    color: var(--latchkey-presence-online);
  }
  .presence.offline {
    color: var(--latchkey-presence-offline);
  }
  .presence.asleep {
    color: var(--latchkey-presence-asleep);
  }
  .presence.inSession {
    color: var(--latchkey-presence-inSession);
  }
`;

/** Whether a device can be reached, as a sign. The words for it stand beside it, or in a label. */
export const presenceIcon = (presence: Presence): TemplateResult =>
  html`<svg class="presence ${presence}" viewBox="0 0 16 16" aria-hidden="true">${shapes[presence]}</svg>`;
