import { html, type TemplateResult } from 'lit';

/** Splits a text at its `[Title](command:ID)` links. */
export function splitLinks(text: string): (string | { readonly title: string; readonly command: string })[] {
  const parts: (string | { title: string; command: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(/\[([^\]]+)\]\(command:([A-Za-z][\w.]*)\)/g)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ title: match[1] ?? '', command: match[2] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** A text with its command links as buttons; a link alone on its line is a button of its own. */
export function linkedText(text: string, run: (command: string) => void): TemplateResult {
  return html`${text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const parts = splitLinks(line.trim());
      const [only] = parts;
      if (parts.length === 1 && only !== undefined && typeof only !== 'string')
        return html`<p><button class="primary" @click=${() => run(only.command)}>${only.title}</button></p>`;
      return html`<p>
        ${parts.map((part) =>
          typeof part === 'string'
            ? part
            : html`<button class="link" @click=${() => run(part.command)}>${part.title}</button>`,
        )}
      </p>`;
    })}`;
}
