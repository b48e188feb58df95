/*
 * A text as each of the written files takes it. What reaches these is checked already: no control characters anywhere, and
 * neither `"` nor `%` in a path.
 */

/**
 * A PowerShell string that says what it says: nothing in it is expanded. PowerShell takes typographic quotation marks for
 * plain ones (language specification, 2.3.5.2), so they are doubled as well.
 */
export const powerShellString = (text: string): string => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text of XML or HTML, good within attributes too. */
export const xmlText = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);

/** A CDATA section, as the console writes all its texts. */
export const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** One argument of a command line. */
export const argument = (text: string): string => `"${text}"`;

/** What Windows wants to find at the end of each line. */
export const crlf = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n');

/** With the mark by which Windows PowerShell 5.1 knows that it is UTF-8. */
export const utf8WithMark = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf8');

/** With its mark, as Windows writes the files of a policy. */
export const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
