import { html, nothing, type TemplateResult } from 'lit';

interface CommandLink {
  readonly title: string;
  readonly command: string;
}

/** Splits a text at its `[Title](command:ID)` links. */
export function splitLinks(text: string): (string | CommandLink)[] {
  const parts: (string | CommandLink)[] = [];
  let end = 0;
  for (const match of text.matchAll(/\[([^\]]+)\]\(command:([A-Za-z][\w.]*)\)/g)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ title: match[1] ?? '', command: match[2] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

export interface LinkedTextOptions {
  readonly run: (command: string) => void;
  /** Why a command can't be run now, where it can't: it is then greyed out. */
  readonly reasonAgainst: (command: string) => string | undefined;
  /** Classes of a button that has a line of its own. */
  readonly button: string;
}

/** A text as paragraphs, its command links as buttons: one alone on its line stands out, with the reason where it is greyed out. */
export function linkedText(text: string, { run, reasonAgainst, button }: LinkedTextOptions): TemplateResult {
  const linkButton = ({ title, command }: CommandLink, classes: string): TemplateResult => {
    const reason = reasonAgainst(command);
    return html`<button
      class=${classes}
      aria-disabled=${reason === undefined ? nothing : 'true'}
      aria-description=${reason ?? nothing}
      title=${reason ?? nothing}
      @click=${() => reason === undefined && run(command)}
    >
      ${title}
    </button>`;
  };
  return html`${text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const parts = splitLinks(line.trim());
      const [only] = parts;
      if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
        const reason = reasonAgainst(only.command);
        return html`<p>${linkButton(only, button)}</p>
          ${reason === undefined ? nothing : html`<p class="muted">${reason}</p>`}`;
      }
      return html`<p>${parts.map((part) => (typeof part === 'string' ? part : linkButton(part, 'link')))}</p>`;
    })}`;
}
