import { html, type TemplateResult } from 'lit';
import type { Highlight } from '#core/workbench/context-keys/fuzzy-match.ts';

/** A text with the parts that were searched for marked. */
export function highlighted(text: string, highlights: readonly Highlight[] | undefined): string | TemplateResult[] {
  if (!highlights || highlights.length === 0) return text;
  const parts: TemplateResult[] = [];
  let at = 0;
  for (const { start, end } of highlights) {
    parts.push(html`${text.slice(at, start)}<mark>${text.slice(start, end)}</mark>`);
    at = end;
  }
  parts.push(html`${text.slice(at)}`);
  return parts;
}
