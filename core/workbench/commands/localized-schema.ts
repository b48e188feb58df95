import type { Contributor } from '../l10n/contributor.ts';

const texts = new Set(['title', 'description', 'patternErrorMessage', 'x-placeholder']);

/** A schema with its texts in the language of now, for whoever reads it elsewhere. */
export function localizedSchema<T>(schema: T, { localize }: Contributor): T {
  const walk = (value: unknown, key?: string): unknown => {
    if (typeof value === 'string') return key !== undefined && texts.has(key) ? localize(value) : value;
    if (Array.isArray(value)) return value.map((each) => walk(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
  };
  return walk(schema) as T;
}
