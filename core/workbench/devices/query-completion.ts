import { fold } from './name-order.ts';
import { findField, queryFields, type QueryContext, type QueryField } from './query-fields.ts';
import { parseQuery } from './query-parser.ts';

export interface QueryCompletion {
  /** What is put in place of the text from `start` to `end`. */
  readonly insert: string;
  readonly start: number;
  readonly end: number;
  /** What it is: a field, or a value of one. */
  readonly kind: 'field' | 'value';
  /** The field's name. */
  readonly field: string;
}

/** Values offered at once: more would not be read. */
const mostValues = 50;

/** What could stand at the cursor: names of fields, or values of the field that it is in. */
export function queryCompletions(
  text: string,
  cursor: number,
  context: QueryContext,
  fields: readonly QueryField[] = queryFields,
): QueryCompletion[] {
  const term = parseQuery(text).terms.find(({ start, end }) => start <= cursor && cursor <= end);
  const field = term?.field === undefined ? undefined : findField(fields, term.field);
  if (term && field && cursor >= term.valueStart) {
    const typed = fold(text.slice(term.valueStart, cursor).replace(/^"/, ''));
    const found = (field.values?.(context) ?? []).filter((value) => fold(value).startsWith(typed));
    return found.slice(0, mostValues).map((value) => ({
      insert: quote(value),
      start: term.valueStart,
      end: term.end,
      kind: 'value',
      field: field.name,
    }));
  }
  const start = term ? term.start + (term.negated ? 1 : 0) : cursor;
  const typed = text.slice(start, cursor).toLowerCase();
  return fields
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, operators }) => ({
      insert: `${name}${operators[0]}`,
      start,
      end: term ? term.end : cursor,
      kind: 'field',
      field: name,
    }));
}

/** A value as it stands in a query. */
export const quote = (value: string): string =>
  /[\s"()]/.test(value) || /^or$/i.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value;
