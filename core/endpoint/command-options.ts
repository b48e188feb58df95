import { parseArgs } from 'node:util';
import type { Localizer } from '#core/base/l10n/localizer.ts';
import { LatchkeyError } from '#protocol/errors.ts';

const options = {
  hub: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
  root: { type: 'string' },
  patience: { type: 'string' },
  shower: { type: 'string' },
  grant: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'V', default: false },
} as const;

/**
 * What a command line says.
 * @throws LatchkeyError `cli.usage` in the reader's language: it names the option, and never its value, which may be a secret
 */
export function parseCommandLine(
  argv: readonly string[],
  localizer: Localizer,
): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  const read = { args: [...argv], options, allowPositionals: true } as const;
  // Node's own refusals are in English: what they are about is looked for first.
  for (const token of parseArgs({ ...read, strict: false, tokens: true }).tokens) {
    if (token.kind !== 'option') continue;
    const problem = problemOf(token);
    if (problem) {
      throw new LatchkeyError('cli.usage', { problem: localizer.t(`usage.${problem}`, { name: token.rawName }) });
    }
  }
  return parseArgs(read);
}

interface OptionToken {
  readonly name: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function problemOf({ name, value, inlineValue }: OptionToken): string | undefined {
  const type = Object.hasOwn(options, name) ? options[name as keyof typeof options].type : undefined;
  if (type === undefined) return 'unknownOption';
  if (type === 'boolean') return value === undefined ? undefined : 'takesNoValue';
  // What follows is another option, and the value was forgotten.
  return value === undefined || (!inlineValue && /^-./.test(value)) ? 'needsValue' : undefined;
}
