import { html, nothing, type TemplateResult } from 'lit';

const link = /\[([^\]]+)\]\(command:([A-Za-z0-9.]+)\)/g;

/**
 * What stands in a view that has nothing to show: paragraphs, and `[Title](command:ID)`, which is a button where it has a
 * line of its own and a link within a text. Anything else is plain text.
 * @param run runs a command
 * @param reasonAgainst why a command can't be run now: it is then greyed out, with the reason under it
 */
export function welcomeContents(
  contents: string,
  run: (command: string) => void,
  reasonAgainst: (command: string) => string | undefined,
): TemplateResult {
  const button = (title: string, command: string, kind: string): TemplateResult => {
    const reason = reasonAgainst(command);
    return html`<button
      class=${kind}
      aria-disabled=${reason ? 'true' : nothing}
      aria-description=${reason ?? nothing}
      title=${reason ?? nothing}
      @click=${() => reason === undefined && run(command)}
    >
      ${title}
    </button>`;
  };
  return html`${contents
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [alone] = [...line.trim().matchAll(link)];
      if (alone && alone[0] === line.trim()) {
        const reason = reasonAgainst(alone[2]!);
        return html`${button(alone[1]!, alone[2]!, 'button wide')}${reason ? html`<p class="reason">${reason}</p>` : nothing}`;
      }
      return html`<p>${withLinks(line, (title, command) => button(title, command, 'link'))}</p>`;
    })}`;
}

function withLinks(
  line: string,
  button: (title: string, command: string) => TemplateResult,
): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let at = 0;
  for (const match of line.matchAll(link)) {
    parts.push(line.slice(at, match.index), button(match[1]!, match[2]!));
    at = match.index + match[0].length;
  }
  parts.push(line.slice(at));
  return parts;
}
