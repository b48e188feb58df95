import { argumentsOf, type Argument, type Arguments } from '#core/workbench/commands/arguments-schema.ts';
import { asksForField } from '#core/workbench/devices/device-query.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ArgumentsSchema } from '#protocol/manifest.ts';

/**
 * Makes arguments of flags, by a command's schema: `--name value`, `--name=value`, `--yes`, `--no-yes`; lists by repeating
 * a flag or with commas; a device query is one item. What is no number where one is wanted stays a text, which the schema then refuses.
 * @throws LatchkeyError `command.invalidArguments` for what is no flag of the command
 */
export function parseFlags(
  command: string,
  schema: ArgumentsSchema | undefined,
  words: readonly string[],
  t: (key: string, args?: Record<string, string>) => string,
): Arguments {
  const known = argumentsOf(schema);
  const args: Arguments = {};
  const wrong = (key: string, flag: string): LatchkeyError => {
    const flags = known.map(({ name }) => `--${name}`).join(' ') || '–';
    return new LatchkeyError('command.invalidArguments', { command, problem: t(key, { flag, flags }) });
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word);
    if (!match) throw wrong('run.notAFlag', word);
    const [, flag = '', inline] = match;
    const argument = known.find(({ name }) => name === flag);
    const negated = known.find(({ name, type }) => type === 'boolean' && `no-${name}` === flag);
    if (!argument && negated && inline === undefined) {
      args[negated.name] = false;
      continue;
    }
    if (!argument) throw wrong('run.unknownFlag', `--${flag}`);
    if (argument.type === 'boolean' && !argument.many && inline === undefined) {
      args[flag] = true;
      continue;
    }
    const value = inline ?? words[++at];
    if (value === undefined) throw wrong('run.missingValue', `--${flag}`);
    if (argument.many) args[flag] = [...((args[flag] as unknown[] | undefined) ?? []), ...itemsOf(argument, value)];
    else args[flag] = valueOf(argument, value);
  }
  return args;
}

function itemsOf(argument: Argument, text: string): unknown[] {
  // In a device query commas are part of what is asked.
  if (argument.entity === 'device' && asksForField(text)) return [text];
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
    .map((each) => valueOf(argument, each));
}

function valueOf({ type, schema, many }: Argument, text: string): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'number' || type === 'integer')
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'object' && !many) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text === '' && !many && [schema.type].flat().includes('null') ? null : text;
}
