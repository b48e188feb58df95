import type { DeviceEntry } from './device-entry.ts';
import { DeviceList, type DeviceFilter, type DeviceSequence } from './device-list.ts';
import { fold } from './name-order.ts';
import { parseQuery, type QueryProblem, type QueryTerm } from './query-parser.ts';
import { queryFields, type DevicePredicate, type QueryContext, type QueryField } from './query-fields.ts';

/** A query, ready to be asked of any number of devices. */
export interface DeviceQuery extends DeviceFilter {
  readonly text: string;
  /** Empty: every device matches. */
  readonly terms: readonly QueryTerm[];
  readonly problems: readonly QueryProblem[];
  /** A term with a problem is left out, so that a list does not go blank while somebody types. */
  readonly matches: (entry: DeviceEntry) => boolean;
}

export function compileQuery(
  text: string,
  context: QueryContext,
  fields: readonly QueryField[] = queryFields,
): DeviceQuery {
  const { terms, problems: syntax } = parseQuery(text);
  const problems = [...syntax];
  const fieldPredicates: DevicePredicate[] = [];
  const words: string[] = [];
  const unwanted: string[] = [];
  for (const term of terms) {
    const value = fold(term.value);
    if (value === '') continue;
    if (term.field === undefined) {
      (term.negated ? unwanted : words).push(value);
      continue;
    }
    const field = findField(fields, term.field);
    const problem = field ? valueProblem(field, term, value, context) : unknownField(term, fields);
    if (!field || problem) {
      if (problem) problems.push(problem);
      continue;
    }
    const predicate = field.compile(value, term.operator ?? ':', context);
    fieldPredicates.push(term.negated ? (device) => !predicate(device) : predicate);
  }
  const matchesFields = fieldPredicates.length > 0 ? all(fieldPredicates) : undefined;
  const matches = (entry: DeviceEntry): boolean =>
    (!matchesFields || matchesFields(entry)) &&
    words.every((word) => entry.searchText.includes(word)) &&
    !unwanted.some((word) => entry.searchText.includes(word));
  return { text, terms, problems, words, unwanted, matchesFields, matches };
}

/** The devices that a query matches, in their order. */
export function filterDevices(devices: DeviceList, query: DeviceQuery): DeviceList;
export function filterDevices(devices: DeviceSequence, query: DeviceQuery): DeviceSequence;
export function filterDevices(devices: DeviceSequence, query: DeviceQuery): DeviceSequence {
  if (query.terms.length === 0) return devices;
  return devices instanceof DeviceList ? devices.where(query) : devices.filter(query.matches);
}

export interface QueryCompletion {
  /** What is put in place of the text from `start` to `end`. */
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

/** What could stand at the cursor: names of fields, or values of the field that it is in. */
export function completeQuery(
  text: string,
  cursor: number,
  context: QueryContext,
  fields: readonly QueryField[] = queryFields,
): QueryCompletion[] {
  const term = parseQuery(text).terms.find(({ start, end }) => start <= cursor && cursor <= end);
  const field = term?.field === undefined ? undefined : findField(fields, term.field);
  if (term && field && cursor >= term.valueStart) {
    const typed = fold(text.slice(term.valueStart, cursor).replace(/^"/, ''));
    return (field.values?.(context) ?? [])
      .filter((value) => fold(value).startsWith(typed))
      .map((value) => ({ insert: quote(value), start: term.valueStart, end: term.end }));
  }
  const start = term ? term.start + (term.negated ? 1 : 0) : cursor;
  const typed = text.slice(start, cursor).toLowerCase();
  return fields
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name }) => ({ insert: `${name}:`, start, end: term ? term.end : cursor }));
}

/** A value as it stands in a query. */
export const quote = (value: string): string => (/[\s"]/.test(value) ? `"${value.replaceAll('"', '\\"')}"` : value);

const findField = (fields: readonly QueryField[], name: string): QueryField | undefined =>
  fields.find((field) => field.name === name || field.aliases?.includes(name));

function unknownField({ field = '', start, end }: QueryTerm, fields: readonly QueryField[]): QueryProblem {
  return { key: 'query.unknownField', args: { field, known: fields.map(({ name }) => name).join(', ') }, start, end };
}

function valueProblem(
  field: QueryField,
  term: QueryTerm,
  value: string,
  context: QueryContext,
): QueryProblem | undefined {
  const values = field.closed ? field.values?.(context) : undefined;
  if (!values || values.some((each) => fold(each) === value)) return undefined;
  const args = { field: field.name, value: term.value, known: values.join(', ') };
  return { key: 'query.unknownValue', args, start: term.valueStart, end: term.end };
}

function all(predicates: readonly DevicePredicate[]): DevicePredicate {
  const [first, ...rest] = predicates;
  return first && rest.length === 0 ? first : (device) => predicates.every((predicate) => predicate(device));
}
