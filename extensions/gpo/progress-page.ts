import type { L10n, Page, RollOutComputer, RollOutProgress } from '../../protocol/api/index.ts';
import { stepsBlock } from './guide-page.ts';
import { numberText, timeText } from './texts.ts';

type Block = Page['blocks'][number];
type Texts = Pick<L10n, 't' | 'language'>;

/** The most rows of a table. */
const mostRows = 10_000;

/**
 * Who has joined of those who were expected, and who has not.
 * @param why what the hub said of computers that it turned away, by the code of the error
 */
export function progressPage(
  l10n: Texts,
  progress: RollOutProgress,
  more: { readonly why: ReadonlyMap<string, string> },
): Page {
  const { t } = l10n;
  const { rollOut } = progress;
  return {
    id: `roll-out:${rollOut.id}`,
    title: rollOut.name,
    icon: 'rocket',
    blocks: [
      stepsBlock(l10n, 'progress'),
      ...standing(l10n, progress),
      {
        kind: 'chart',
        title: t('progress.chart'),
        series: [
          { label: t('progress.joined'), points: progress.timeline.map(({ at, joined }) => ({ at, value: joined })) },
        ],
        ...(progress.counts.expected !== null && {
          limit: { label: t('progress.expected'), value: progress.counts.expected },
        }),
        empty: t('progress.chartEmpty'),
      },
      { kind: 'actions', actions: actionsOf(l10n, progress) },
      { kind: 'heading', text: t('progress.computers') },
      {
        kind: 'table',
        columns: ['name', 'state', 'time', 'address', 'look'].map((column) => ({
          title: t(`progress.column.${column}`),
        })),
        rows: progress.computers.slice(0, mostRows).map((computer) => row(l10n, computer, more.why)),
        empty: t('progress.none'),
      },
      { kind: 'heading', text: t('look.heading') },
      { kind: 'text', text: t('look.steps', { name: rollOut.name, share: rollOut.share ?? '–', rollOut: rollOut.id }) },
    ],
  };
}

function standing(l10n: Texts, { counts, installer, rollOut }: RollOutProgress): Block[] {
  const { t } = l10n;
  const { expected, joined, waiting, failed, missing, present } = counts;
  const { strangers } = rollOut;
  const done = expected !== null && rollOut.joined + present >= expected;
  const left = installer ? Math.max(0, installer.limit - installer.used) : rollOut.limit;
  const fact = (label: string, value: number) => ({ label: t(label), value: numberText(l10n, value) });
  return [
    ...(done
      ? [
          {
            kind: 'outcome' as const,
            outcome: 'success' as const,
            title: t('progress.all'),
            text: t('progress.allText', { count: joined }),
          },
        ]
      : []),
    ...(installer?.state === 'revoked'
      ? [{ kind: 'text' as const, tone: 'warning' as const, text: t('progress.revoked') }]
      : installer?.state === 'full' && !done
        ? [{ kind: 'text' as const, tone: 'warning' as const, text: t('progress.full') }]
        : []),
    {
      kind: 'progress',
      label: t('progress.joined'),
      value: rollOut.joined,
      maximum: expected ?? rollOut.limit,
    },
    {
      kind: 'facts',
      rows: [
        ...(missing === null ? [] : [fact('progress.missing', missing)]),
        fact('progress.failed', failed),
        fact('progress.waiting', waiting),
        ...(present > 0 ? [fact('progress.present', present)] : []),
        ...(strangers > 0 ? [fact('progress.strangers', strangers)] : []),
        fact('progress.left', left),
      ],
    },
  ];
}

function actionsOf({ t }: Texts, { rollOut }: RollOutProgress): Extract<Block, { kind: 'actions' }>['actions'] {
  const args = { rollOut: rollOut.id };
  return [
    { title: t('action.files'), command: 'gpo.goTo', arguments: { ...args, step: 'files' } },
    { title: t('action.change'), command: 'gpo.goTo', arguments: { ...args, step: 'computers' } },
    { title: t('refresh.title'), command: 'gpo.refresh', arguments: {}, icon: 'refresh' },
    { title: t('delete.action'), command: 'gpo.delete', arguments: args, icon: 'trash' },
  ];
}

function row(l10n: Texts, computer: RollOutComputer, why: ReadonlyMap<string, string>) {
  const { t } = l10n;
  const { name, state, at, address, device, expected, problem } = computer;
  const look = problem ? (why.get(problem.code) ?? problem.code) : noteOf();
  return {
    cells: [name, t(`computer.${state}`), at === null ? '' : timeText(l10n, at), address ?? '', look],
    ...(device !== null && state !== 'rejected' && { device }),
  };

  function noteOf(): string {
    if (state === 'joined') return expected ? '' : t('look.unexpected');
    return t(`look.${state}`);
  }
}
