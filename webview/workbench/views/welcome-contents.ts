import { html, type TemplateResult } from 'lit';

const link = /\[([^\]]+)\]\(command:([A-Za-z0-9.]+)\)/g;

/**
 * What stands in a view that has nothing to show: paragraphs, and `[Title](command:ID)`, which is a button where it has a
 * line of its own and a link within a text. Anything else is plain text.
 */
export function welcomeContents(contents: string, run: (command: string) => void): TemplateResult {
  return html`${contents
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [alone] = [...line.trim().matchAll(link)];
      if (alone && alone[0] === line.trim()) {
        return html`<button class="button wide" @click=${() => run(alone[2]!)}>${alone[1]}</button>`;
      }
      return html`<p>${withLinks(line, run)}</p>`;
    })}`;
}

function withLinks(line: string, run: (command: string) => void): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let at = 0;
  for (const match of line.matchAll(link)) {
    parts.push(line.slice(at, match.index));
    parts.push(html`<button class="link" @click=${() => run(match[2]!)}>${match[1]}</button>`);
    at = match.index + match[0].length;
  }
  parts.push(line.slice(at));
  return parts;
}
