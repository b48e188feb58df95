import type { DeviceEntry } from './device-entry.ts';
import { DeviceList, type DeviceFilter, type DeviceSequence } from './device-list.ts';
import { fold } from './name-order.ts';
import { parseQuery, type QueryExpression, type QueryProblem, type QueryTerm } from './query-parser.ts';
import { findField, queryFields, type DevicePredicate, type QueryContext, type QueryField } from './query-fields.ts';

/** A query, ready to be asked of any number of devices. */
export interface DeviceQuery extends DeviceFilter {
  readonly text: string;
  /** All terms of it, however nested. Empty: every device matches. */
  readonly terms: readonly QueryTerm[];
  /** The terms that have to hold by themselves: those in no parentheses and beside no `or`. */
  readonly required: readonly QueryTerm[];
  readonly problems: readonly QueryProblem[];
  /** Devices' particulars have to be there for it. */
  readonly needsParticulars: boolean;
  /** A term with a problem is left out, so that a list does not go blank while somebody types. */
  readonly matches: (entry: DeviceEntry) => boolean;
}

export function compileQuery(
  text: string,
  context: QueryContext,
  fields: readonly QueryField[] = queryFields,
): DeviceQuery {
  const { all: expressions, terms, problems: syntax } = parseQuery(text);
  const problems = [...syntax];
  const compile = expressionCompiler(context, fields, problems);
  const predicates: DevicePredicate[] = [];
  const kindPredicates: DevicePredicate[] = [];
  const words: string[] = [];
  const unwanted: string[] = [];
  const required: QueryTerm[] = [];
  for (const expression of expressions) {
    if (expression.kind === 'term') {
      const { term } = expression;
      required.push(term);
      // Words are searched in all names at once.
      if (term.field === undefined) {
        const word = fold(term.value);
        if (word !== '') (term.negated ? unwanted : words).push(word);
        continue;
      }
    }
    const predicate = compile(expression);
    if (predicate) (asksKindAlone(expression, fields) ? kindPredicates : predicates).push(predicate);
  }
  problems.sort((a, b) => a.start - b.start);
  const matchesKind = kindPredicates.length > 0 ? all(kindPredicates) : undefined;
  const matchesFields = predicates.length > 0 ? all(predicates) : undefined;
  const matches = (entry: DeviceEntry): boolean =>
    (!matchesKind || matchesKind(entry)) &&
    (!matchesFields || matchesFields(entry)) &&
    words.every((word) => entry.searchText.includes(word)) &&
    !unwanted.some((word) => entry.searchText.includes(word));
  const needsParticulars = terms.some(({ field = '' }) => findField(fields, field)?.particular === true);
  return { text, terms, required, problems, needsParticulars, words, unwanted, matchesKind, matchesFields, matches };
}

/**
 * Whether a text that may be a name asks for a field that there is, and so is a query. Words alone are none: a mistyped name
 * would be many devices.
 */
export const asksForField = (text: string, fields: readonly QueryField[] = queryFields): boolean =>
  parseQuery(text).terms.some(({ field }) => field !== undefined && findField(fields, field) !== undefined);

/** The devices that a query matches, in their order. */
export function filterDevices(devices: DeviceList, query: DeviceQuery): DeviceList;
export function filterDevices(devices: DeviceSequence, query: DeviceQuery): DeviceSequence;
export function filterDevices(devices: DeviceSequence, query: DeviceQuery): DeviceSequence {
  if (query.terms.length === 0) return devices;
  return devices instanceof DeviceList ? devices.where(query) : devices.filter(query.matches);
}

/** @returns what makes a predicate of an expression; undefined of one of which nothing can be asked */
function expressionCompiler(context: QueryContext, fields: readonly QueryField[], problems: QueryProblem[]) {
  const compile = (expression: QueryExpression): DevicePredicate | undefined => {
    if (expression.kind === 'term') return compileTerm(expression.term);
    if (expression.kind === 'not') {
      const inner = compile(expression.of);
      return inner && ((device) => !inner(device));
    }
    const parts = expression.parts.flatMap((part) => compile(part) ?? []);
    if (parts.length === 0) return undefined;
    return expression.kind === 'and' ? all(parts) : (device) => parts.some((part) => part(device));
  };

  const compileTerm = (term: QueryTerm): DevicePredicate | undefined => {
    const value = fold(term.value);
    if (value === '') return undefined;
    const predicate = term.field === undefined ? wordPredicate(value) : fieldPredicate(term, value);
    return predicate && term.negated ? (device) => !predicate(device) : predicate;
  };

  const fieldPredicate = (term: QueryTerm, value: string): DevicePredicate | undefined => {
    const { field: name = '', operator = ':', start, valueStart, end } = term;
    const field = findField(fields, name);
    if (!field) {
      const known = fields.map((each) => each.name).join(', ');
      problems.push({ key: 'query.unknownField', args: { field: name, known }, start, end });
      return undefined;
    }
    if (!field.operators.includes(operator)) {
      const known = field.operators.join(' ');
      problems.push({ key: 'query.unknownOperator', args: { field: name, operator, known }, start, end: valueStart });
      return undefined;
    }
    const values = field.closed ? field.values?.(context) : undefined;
    if (values && !values.some((each) => fold(each) === value)) {
      const args = { field: field.name, value: term.value, known: values.join(', ') };
      problems.push({ key: 'query.unknownValue', args, start: valueStart, end });
      return undefined;
    }
    const compiled = field.compile(value, operator, context);
    if (typeof compiled !== 'string') return compiled;
    problems.push({ key: compiled, args: { field: field.name, value: term.value }, start: valueStart, end });
    return undefined;
  };

  return compile;
}

/** Whether all that is asked is the same for all devices of a kind. */
function asksKindAlone(expression: QueryExpression, fields: readonly QueryField[]): boolean {
  if (expression.kind === 'not') return asksKindAlone(expression.of, fields);
  if (expression.kind !== 'term') return expression.parts.every((part) => asksKindAlone(part, fields));
  const { field } = expression.term;
  return field !== undefined && findField(fields, field)?.ofKind === true;
}

const wordPredicate =
  (word: string): DevicePredicate =>
  ({ searchText }) =>
    searchText.includes(word);

function all(predicates: readonly DevicePredicate[]): DevicePredicate {
  const [first, ...rest] = predicates;
  return first && rest.length === 0 ? first : (device) => predicates.every((predicate) => predicate(device));
}
