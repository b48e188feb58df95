import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import type { ArgumentsSchema } from '#protocol/manifest.ts';

export type Arguments = Record<string, unknown>;
export type EntityKind = 'device' | 'group' | 'installer' | 'session';

/** One argument that a command takes. */
export interface Argument {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly required: boolean;
  /** A list; the rest is then about its items. */
  readonly many: boolean;
  readonly type: string | undefined;
  /** What the identifiers name. */
  readonly entity: EntityKind | undefined;
  readonly choices: readonly unknown[] | undefined;
  /** Asked for although it is optional. */
  readonly ask: boolean;
}

/** The arguments of a command in the order of its schema. */
export function argumentsOf(schema: ArgumentsSchema | undefined): readonly Argument[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const types = [property.type].flat().filter((type) => type !== 'null');
    const many = types[0] === 'array';
    const item = many ? ((property.items ?? {}) as Record<string, unknown>) : property;
    const format = [item.format, property.format].find(
      (each) => typeof each === 'string' && each.startsWith('latchkey-'),
    );
    const type = [item.type].flat().find((each) => each !== 'null');
    return {
      name,
      schema: property,
      required: schema?.required?.includes(name) ?? false,
      many,
      type: typeof type === 'string' ? type : undefined,
      entity: (format as string | undefined)?.slice('latchkey-'.length) as EntityKind | undefined,
      choices: Array.isArray(item.enum) ? item.enum : undefined,
      ask: property['x-ask'] === true,
    };
  });
}

/** What is wrong with arguments: `key` is a text of the workbench's catalogues, `argument` the one that it is about. */
export interface ArgumentProblem {
  readonly argument: string;
  readonly key: string;
  readonly args: Readonly<Record<string, string | number>>;
}

/** The first thing that breaks the schema; undefined where nothing does. Interprets the schema, compiles nothing. */
export function findProblem(schema: ArgumentsSchema | undefined, args: Arguments): ArgumentProblem | undefined {
  const known = new Set(Object.keys(schema?.properties ?? {}));
  const unknown = Object.keys(args).find((name) => !known.has(name));
  if (unknown !== undefined && (schema?.additionalProperties ?? false) === false) {
    return { argument: unknown, key: 'argument.unknown', args: { known: [...known].join(', ') || '–' } };
  }
  if (!schema) return undefined;
  const { valid, errors } = new Validator(schema as Schema, '2020-12', false).validate(args);
  if (valid) return undefined;
  // The deepest error says most: those above it only say that something below is wrong.
  const error = errors.reduce((a, b) => (depth(b) >= depth(a) ? b : a), errors[0]!);
  return describe(schema, args, error);
}

const depth = ({ instanceLocation }: OutputUnit): number => instanceLocation.split('/').length;

function describe(schema: ArgumentsSchema, args: Arguments, error: OutputUnit): ArgumentProblem {
  const path = error.instanceLocation.replace(/^#\/?/, '').split('/').filter(Boolean).map(unescapePointer);
  if (error.keyword === 'required') {
    const missing = schema.required?.find((name) => !(name in args)) ?? /"([^"]+)"/.exec(error.error)?.[1] ?? '';
    return { argument: missing, key: 'argument.required', args: {} };
  }
  const rule = valueAt(schema, error.keywordLocation.replace(/^#\/?/, '').split('/').map(unescapePointer));
  const argument = path.join('.');
  const limit = typeof rule === 'number' ? rule : Array.isArray(rule) ? rule.join(', ') : String(rule ?? '');
  const described = ['type', 'enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
  described.push('minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'format', 'multipleOf');
  if (!described.includes(error.keyword)) return { argument, key: 'argument.other', args: { problem: error.error } };
  return { argument, key: `argument.${error.keyword}`, args: { limit } };
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
}

const unescapePointer = (part: string): string => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');

/** Puts in what the schema gives as defaults. */
export function withDefaults(schema: ArgumentsSchema | undefined, args: Arguments): Arguments {
  // A question left empty leaves its argument undefined, which JSON does not know.
  const filled = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  for (const { name, schema: property } of argumentsOf(schema)) {
    if (filled[name] === undefined && property.default !== undefined) filled[name] = property.default;
  }
  return filled;
}
