import type { Group, L10n, Page, RollOut, RollOutFile } from '../../protocol/api/index.ts';
import { groupNameOf } from './roll-out-answers.ts';
import { byteSize, targetText, timeText } from './texts.ts';

type Block = Page['blocks'][number];
type Form = Extract<Block, { kind: 'form' }>;
type Field = Form['fields'][number];
type Action = Form['submit'];

/** In the order of the guide. */
export const steps = ['computers', 'domain', 'options', 'files', 'progress'] as const;
export type Step = (typeof steps)[number];

/** What was wrong with a field, by its identifier. */
export type Problems = Readonly<Record<string, string>>;

/** The most computers of an installer. */
const mostComputers = 5000;

export const stepsBlock = ({ t }: Pick<L10n, 't'>, current: Step): Block => ({
  kind: 'steps',
  steps: steps.map((step) => t(`step.${step}`)),
  current: steps.indexOf(current),
});

/** The page on which one is begun. `last`: what domain, folder and options are taken from. */
export function beginPage(
  l10n: Pick<L10n, 't' | 'language'>,
  groups: readonly Group[],
  last: RollOut | undefined,
  problems: Problems,
): Page {
  const { t } = l10n;
  const [only] = groups;
  const group: Field = {
    id: 'group',
    type: 'select',
    label: t('field.group'),
    description: t('field.group.description'),
    options: groups.map(({ id, name }) => ({ value: id, label: name })),
    value: groups.length === 1 ? only!.id : (last?.group ?? ''),
  };
  return {
    id: 'roll-out:new',
    title: t('begin.title'),
    icon: 'rocket',
    blocks: [
      stepsBlock(l10n, 'computers'),
      { kind: 'text', text: t('begin.intro') },
      ...(last ? [{ kind: 'text' as const, tone: 'muted' as const, text: asLastTime(l10n, last) }] : []),
      ...(groups.length === 0 ? [{ kind: 'text' as const, tone: 'warning' as const, text: t('error.noGroup') }] : []),
      {
        kind: 'form',
        fields: [group, ...computerFields(l10n, undefined, groupNameOf(only?.name ?? ''), problems)],
        submit: next(t('action.next'), 'gpo.answer', { step: 'computers' }),
      },
    ],
  };
}

/** One of the first four steps of a roll-out. */
export function guidePage(
  l10n: Pick<L10n, 't' | 'language'>,
  rollOut: RollOut,
  step: Exclude<Step, 'progress'>,
  more: {
    readonly group: string;
    readonly problems: Problems;
    readonly last?: RollOut | undefined;
    readonly file?: RollOutFile | undefined;
  },
): Page {
  const { t } = l10n;
  return {
    id: `roll-out:${rollOut.id}`,
    title: rollOut.name,
    icon: 'rocket',
    blocks: [stepsBlock(l10n, step), ...blocks()],
  };

  function blocks(): Block[] {
    switch (step) {
      case 'computers':
        return [
          { kind: 'text', text: t('computers.intro', { group: more.group }) },
          form(computerFields(l10n, rollOut, groupNameOf(more.group), more.problems)),
        ];
      case 'domain':
        return [{ kind: 'text', text: t('domain.intro') }, form(domainFields(l10n, rollOut, more))];
      case 'options':
        return [{ kind: 'text', text: t('options.intro') }, form(optionFields(l10n, rollOut, more.problems))];
      case 'files':
        return filesBlocks(l10n, rollOut, more.group, more.file);
    }
  }

  function form(fields: Field[]): Block {
    const back = steps[steps.indexOf(step) - 1];
    return {
      kind: 'form',
      fields,
      submit: next(t('action.next'), 'gpo.answer', { rollOut: rollOut.id, step }),
      actions: back
        ? [{ title: t('action.back'), command: 'gpo.goTo', arguments: { rollOut: rollOut.id, step: back } }]
        : [],
    };
  }
}

const next = (title: string, command: string, args: Record<string, unknown>): Action => ({
  title,
  command,
  arguments: args,
  primary: true,
});

const asLastTime = ({ t }: Pick<L10n, 't'>, { name, domain, share }: RollOut): string =>
  t('begin.asLastTime', { name, domain: domain ?? '–', share: share ?? '–' });

function computerFields(
  { t }: Pick<L10n, 't' | 'language'>,
  rollOut: RollOut | undefined,
  group: string,
  problems: Problems,
): Field[] {
  const target = rollOut?.target ?? null;
  const only = (...values: string[]) => ({ when: { field: 'target', values } });
  const wrong = (id: string) => (problems[id] === undefined ? {} : { problem: problems[id] });
  const expected = target === null || target.kind === 'computers' ? null : target.expected;
  return [
    {
      id: 'target',
      type: 'select',
      label: t('field.target'),
      value: target?.kind ?? 'group',
      options: (['group', 'computers', 'all'] as const).map((value) => ({ value, label: t(`target.${value}`) })),
      ...wrong('target'),
    },
    {
      id: 'targetGroup',
      type: 'text',
      label: t('field.targetGroup'),
      description: t('field.targetGroup.description'),
      value: target?.kind === 'group' ? target.group : '',
      required: true,
      maxLength: 64,
      ...only('group'),
      ...wrong('targetGroup'),
    },
    {
      id: 'computers',
      type: 'text',
      multiline: true,
      label: t('field.computers'),
      description: t('field.computers.description'),
      value: target?.kind === 'computers' ? target.computers.join('\n') : '',
      required: true,
      maxLength: 400_000,
      ...only('computers'),
      ...wrong('computers'),
    },
    {
      id: 'computersGroup',
      type: 'text',
      label: t('field.computersGroup'),
      description: t('field.computersGroup.description'),
      value: target?.kind === 'computers' ? target.group : group,
      maxLength: 64,
      ...only('computers'),
      ...wrong('computersGroup'),
    },
    {
      id: 'expected',
      type: 'text',
      label: t('field.expected'),
      description: t('field.expected.description'),
      value: expected === null ? '' : String(expected),
      maxLength: 10,
      ...only('group', 'all'),
      ...wrong('expected'),
    },
    {
      id: 'limit',
      type: 'text',
      label: t('field.limit'),
      description: t('field.limit.description', { most: mostComputers }),
      value: rollOut && target ? String(rollOut.limit) : '',
      maxLength: 10,
      ...wrong('limit'),
    },
  ];
}

function domainFields(
  { t }: Pick<L10n, 't'>,
  rollOut: RollOut,
  { problems, last }: { readonly problems: Problems; readonly last?: RollOut | undefined },
): Field[] {
  const field = (id: 'domain' | 'share' | 'linkTo', value: string, placeholder: string, required: boolean): Field => ({
    id,
    type: 'text',
    label: t(`field.${id}`),
    description: t(`field.${id}.description`),
    value,
    placeholder,
    required,
    maxLength: 1000,
    ...(problems[id] !== undefined && { problem: problems[id] }),
  });
  return [
    field('domain', rollOut.domain ?? last?.domain ?? '', 'ad.example.com', true),
    field('share', rollOut.share ?? last?.share ?? '', '\\\\server\\software\\latchkey', true),
    field('linkTo', rollOut.linkTo ?? '', 'OU=Computers,DC=ad,DC=example,DC=com', false),
  ];
}

function optionFields({ t }: Pick<L10n, 't'>, rollOut: RollOut, problems: Problems): Field[] {
  const box = (id: string, value: boolean): Field => ({
    id,
    type: 'checkbox',
    label: t(`field.${id}`),
    description: t(`field.${id}.description`),
    value,
  });
  const { deployment } = rollOut;
  return [
    {
      id: 'name',
      type: 'text',
      label: t('field.name'),
      description: t('field.name.description'),
      value: rollOut.name,
      required: true,
      maxLength: 255,
      ...(problems['name'] !== undefined && { problem: problems['name'] }),
    },
    box('userSettingsDisabled', rollOut.userSettingsDisabled),
    box('hideInPrograms', deployment.hideInPrograms),
    box('uninstallOutOfScope', deployment.uninstallOutOfScope),
    box('ignoreLanguage', deployment.ignoreLanguage),
  ];
}

function filesBlocks(
  l10n: Pick<L10n, 't' | 'language'>,
  rollOut: RollOut,
  group: string,
  file: RollOutFile | undefined,
): Block[] {
  const { t } = l10n;
  const args = { rollOut: rollOut.id };
  return [
    {
      kind: 'facts',
      rows: [
        { label: t('field.group'), value: group },
        { label: t('field.target'), value: rollOut.target ? targetText(l10n, rollOut.target) : '–' },
        { label: t('field.limit'), value: new Intl.NumberFormat(l10n.language).format(rollOut.limit) },
        { label: t('field.domain'), value: rollOut.domain ?? '–', copy: true },
        { label: t('field.share'), value: rollOut.share ?? '–', copy: true },
        { label: t('field.linkTo'), value: rollOut.linkTo ?? t('linkTo.domain') },
        { label: t('field.name'), value: rollOut.name, copy: true },
      ],
    },
    { kind: 'heading', text: t('files.heading') },
    { kind: 'text', text: t('files.intro') },
    {
      kind: 'actions',
      actions: [
        {
          title: t('download.action'),
          description: t('download.hint'),
          command: 'gpo.download',
          arguments: args,
          primary: true,
          icon: 'desktop-download',
        },
        {
          title: t('apply.action'),
          description: t('apply.hint'),
          command: 'gpo.apply',
          arguments: args,
          icon: 'server-environment',
        },
        ...(rollOut.inDomain
          ? [
              {
                title: t('undo.action'),
                description: appliedText(l10n, rollOut),
                command: 'gpo.undo',
                arguments: args,
                icon: 'discard',
              },
            ]
          : []),
      ],
    },
    ...(file
      ? [
          { kind: 'text' as const, text: t('files.done', { file: file.fileName, size: byteSize(l10n, file.size) }) },
          {
            kind: 'table' as const,
            columns: [
              { title: t('files.column.file') },
              { title: t('files.column.size'), align: 'end' as const },
              { title: 'SHA-256' },
            ],
            rows: file.files.map(({ path, size, sha256 }) => ({ cells: [path, byteSize(l10n, size), sha256] })),
          },
        ]
      : []),
    { kind: 'heading', text: t('files.then') },
    { kind: 'text', text: t('files.steps') },
    {
      kind: 'actions',
      actions: [
        {
          title: t('action.progress'),
          command: 'gpo.goTo',
          arguments: { ...args, step: 'progress' },
          primary: rollOut.downloadedAt !== null,
          icon: 'graph-line',
        },
        { title: t('action.change'), command: 'gpo.goTo', arguments: { ...args, step: 'computers' } },
      ],
    },
  ];
}

const appliedText = (l10n: Pick<L10n, 't' | 'language'>, { applied }: RollOut): string =>
  applied ? l10n.t('undo.hint', { at: timeText(l10n, applied.at), by: applied.by }) : l10n.t('undo.part');
