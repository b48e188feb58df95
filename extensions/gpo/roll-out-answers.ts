import type { RollOut, RollOutChanges, RollOutTarget } from '../../protocol/api/index.ts';

/** What the guide's forms and the command line give: each left out stays as it is. */
export interface RollOutAnswers {
  readonly target?: RollOutTarget['kind'];
  readonly targetGroup?: string;
  /** A list, or the text of a field: one name on each line. */
  readonly computers?: readonly string[] | string;
  readonly computersGroup?: string;
  /** Numbers come from fields as text. */
  readonly expected?: number | string;
  readonly limit?: number | string;
  readonly domain?: string;
  readonly share?: string;
  readonly linkTo?: string;
  readonly name?: string;
  readonly userSettingsDisabled?: boolean;
  readonly uninstallOutOfScope?: boolean;
  readonly hideInPrograms?: boolean;
  readonly ignoreLanguage?: boolean;
}

/** A number that was typed and is none; the field's identifier. */
export class NotANumber extends Error {
  readonly field: 'expected' | 'limit';

  constructor(field: 'expected' | 'limit') {
    super(field);
    this.field = field;
  }
}

/** Names from what people paste: by lines, commas, semicolons or spaces. */
export const listOf = (text: string): string[] => text.split(/[\s,;]+/u).filter((name) => name !== '');

/**
 * What the hub is to put down.
 * @param before the roll-out so far; undefined for a new one
 * @param group what a group made of a list is called where nobody says it
 * @throws NotANumber
 */
export function changesOf(answers: RollOutAnswers, before: RollOut | undefined, group: string): RollOutChanges {
  const target = targetOf(answers, before?.target ?? null, group);
  const limit = numberOf(answers.limit, 'limit');
  const options = (['uninstallOutOfScope', 'hideInPrograms', 'ignoreLanguage'] as const).filter(
    (name) => answers[name] !== undefined,
  );
  return {
    ...(target && { target }),
    ...(limit !== undefined && { limit }),
    ...(answers.domain !== undefined && { domain: answers.domain }),
    ...(answers.share !== undefined && { share: answers.share }),
    ...(answers.linkTo !== undefined && { linkTo: answers.linkTo.trim() === '' ? null : answers.linkTo }),
    ...(answers.name !== undefined && { name: answers.name }),
    ...(answers.userSettingsDisabled !== undefined && { userSettingsDisabled: answers.userSettingsDisabled }),
    ...(options.length > 0 && { deployment: Object.fromEntries(options.map((name) => [name, answers[name]!])) }),
  };
}

function targetOf(answers: RollOutAnswers, before: RollOutTarget | null, group: string): RollOutTarget | undefined {
  const { targetGroup, computers, computersGroup } = answers;
  const kind =
    answers.target ?? (computers !== undefined ? 'computers' : targetGroup !== undefined ? 'group' : before?.kind);
  const touched = [answers.target, targetGroup, computers, computersGroup, answers.expected];
  if (kind === undefined || touched.every((each) => each === undefined)) return undefined;
  const expected = numberOf(answers.expected, 'expected') ?? null;
  const was = before?.kind === kind ? before : undefined;
  switch (kind) {
    case 'all':
      return { kind, expected };
    case 'group':
      return { kind, group: targetGroup ?? (was?.kind === 'group' ? was.group : ''), expected };
    case 'computers':
      return {
        kind,
        group: computersGroup?.trim() || (was?.kind === 'computers' ? was.group : group),
        computers:
          typeof computers === 'string'
            ? listOf(computers)
            : [...(computers ?? (was?.kind === 'computers' ? was.computers : []))],
      };
  }
}

function numberOf(value: number | string | undefined, field: 'expected' | 'limit'): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  // As people write thousands: 5,000, 5.000, 5 000.
  const digits = value.replaceAll(/[\s.,'’\u202f\u00a0]/gu, '');
  if (digits === '') return undefined;
  if (!/^\d{1,7}$/.test(digits) || Number(digits) < 1) throw new NotANumber(field);
  return Number(digits);
}

/** A group's name as Windows takes one. */
export const groupNameOf = (name: string): string =>
  `Latchkey ${name}`
    .replaceAll(/["/\\[\]:;|=,+*?<>@]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 60)
    .replace(/[. ]+$/, '');

/** The field that an error of the hub is about. */
export const fieldOf: Readonly<Record<string, string>> = {
  'rollOut.shareNotUnc': 'share',
  'rollOut.shareInvalid': 'share',
  'rollOut.shareTooLong': 'share',
  'rollOut.domainInvalid': 'domain',
  'rollOut.nameInvalid': 'name',
  'rollOut.linkInvalid': 'linkTo',
  'rollOut.noComputers': 'computers',
  'rollOut.tooManyComputers': 'computers',
  'rollOut.computerInvalid': 'computers',
  'rollOut.computerTwice': 'computers',
  'rollOut.tooFewSlots': 'limit',
  'rollOut.limitUsed': 'limit',
};
