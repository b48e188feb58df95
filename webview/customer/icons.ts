import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Line drawings on a grid of 24. */
const drawings = {
  check: svg`<path d="M5 12.5l4.5 4.5L19 7.5" />`,
  cross: svg`<path d="M6 6l12 12M18 6L6 18" />`,
  warning: svg`<path d="M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.3" />`,
  info: svg`<circle cx="12" cy="12" r="9" /><path d="M12 11v5.5M12 7.5v.3" />`,
  person: svg`<circle cx="12" cy="8" r="4" /><path d="M4 20.5c1-4 4-6 8-6s7 2 8 6" />`,
  computer: svg`<rect x="3" y="4.5" width="18" height="12" rx="1.5" /><path d="M8.5 20.5h7M12 16.5v4" />`,
  lock: svg`<rect x="5" y="10.5" width="14" height="10" rx="1.5" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" />`,
  shield: svg`<path d="M12 3l7.5 2.5v6c0 4.7-3 7.8-7.5 9.5-4.5-1.7-7.5-4.8-7.5-9.5v-6z" />`,
  download: svg`<path d="M12 4v11M7 10.5l5 5 5-5M5 20h14" />`,
  copy: svg`<rect x="9" y="9" width="11" height="11" rx="1.5" /><path d="M5 15H4V4h11v1" />`,
  phone: svg`<rect x="7" y="2.5" width="10" height="19" rx="2" /><path d="M11 18.5h2" />`,
} satisfies Record<string, SVGTemplateResult>;
export type IconName = keyof typeof drawings;

/** Says nothing to a screen reader; the text beside it has to. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawings[name]}</svg>`;
