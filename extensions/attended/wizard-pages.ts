import type { Group, L10n, Page, SetUp } from '../../protocol/api/index.ts';

/** What the technician has filled in so far. */
export interface Draft {
  readonly step: 'nickname' | 'group';
  readonly nickname: string;
  readonly group: string;
}
export const emptyDraft: Draft = { step: 'nickname', nickname: '', group: '' };

export interface WizardPageParts {
  readonly l10n: Pick<L10n, 't'>;
  readonly setUp: SetUp;
  readonly draft: Draft;
  /** Those that the technician is assigned to. */
  readonly groups: readonly Group[];
  /** What went wrong, in words, where something did. */
  readonly problem?: string | undefined;
}

type Block = Page['blocks'][number];
type Step = 'nickname' | 'group' | 'back' | 'cancel' | 'close';

export const pageId = (setUp: Pick<SetUp, 'session' | 'id'>): string => `setUp/${setUp.session ?? setUp.id}`;

/** The page of a set-up as it stands. */
export function wizardPage(parts: WizardPageParts): Page {
  const { l10n, setUp } = parts;
  const steps = ['permission', 'nickname', 'group', 'done'].map((step) => l10n.t(`step.${step}`));
  const current = { asking: 0, details: parts.draft.step === 'group' ? 2 : 1, installing: 2, done: 3 };
  const at = setUp.state in current ? current[setUp.state as keyof typeof current] : undefined;
  return {
    id: pageId(setUp),
    title: l10n.t('page.title', { computer: setUp.computer }),
    icon: 'vm-connect',
    blocks: [...(at === undefined ? [] : [{ kind: 'steps' as const, steps, current: at }]), ...blocksOf(parts)],
  };
}

function blocksOf(parts: WizardPageParts): Block[] {
  const { l10n, setUp, draft } = parts;
  const { computer } = setUp;
  const close = action(parts, 'close', 'close', true);
  const tryAgain = {
    title: l10n.t('again'),
    command: 'attended.setUp',
    arguments: { session: setUp.session },
    primary: true,
  };
  const closeLater = action(parts, 'close', 'close');
  switch (setUp.state) {
    case 'asking':
      return [
        { kind: 'busy', text: l10n.t('asking.busy') },
        { kind: 'text', text: l10n.t('asking.text', { computer }) },
        { kind: 'actions', actions: [action(parts, 'cancel', 'cancel')] },
      ];
    case 'details':
      return draft.step === 'group' ? groupStep(parts) : nicknameStep(parts);
    case 'installing':
      return [
        { kind: 'busy', text: l10n.t('installing.busy', { computer }) },
        { kind: 'text', text: l10n.t('installing.text'), tone: 'muted' },
      ];
    case 'done': {
      const text = l10n.t(setUp.passwordStored ? 'done.stored' : 'done.notStored', {
        name: setUp.nickname ?? computer,
        group: groupName(parts),
      });
      const outcome = setUp.passwordStored ? 'success' : 'warning';
      return [
        { kind: 'outcome', outcome, title: l10n.t('done.title'), text },
        { kind: 'actions', actions: [close] },
      ];
    }
    case 'declined':
      return [
        { kind: 'outcome', outcome: 'failure', title: l10n.t('declined.title'), text: l10n.t('declined.text') },
        { kind: 'actions', actions: [close] },
      ];
    case 'cancelled':
    case 'failed': {
      const text = [parts.problem, l10n.t(`${setUp.state}.text`)].filter(Boolean).join('\n');
      const outcome = setUp.state === 'failed' ? 'failure' : 'warning';
      return [
        { kind: 'outcome', outcome, title: l10n.t(`${setUp.state}.title`), text },
        { kind: 'actions', actions: [tryAgain, closeLater] },
      ];
    }
  }
}

function nicknameStep(parts: WizardPageParts): Block[] {
  const { l10n, setUp, draft, problem } = parts;
  return [
    { kind: 'text', text: l10n.t('nickname.text') },
    ...warning(problem),
    {
      kind: 'form',
      fields: [
        {
          id: 'nickname',
          type: 'text',
          label: l10n.t('nickname.label'),
          description: l10n.t('nickname.hint', { computer: setUp.computer }),
          placeholder: setUp.computer,
          value: draft.nickname,
          maxLength: 64,
        },
      ],
      submit: action(parts, 'next', 'nickname', true),
      actions: [action(parts, 'cancel', 'cancel')],
    },
  ];
}

function groupStep(parts: WizardPageParts): Block[] {
  const { l10n, setUp, draft, groups, problem } = parts;
  const [only] = groups.length === 1 ? groups : [];
  return [
    { kind: 'text', text: l10n.t('group.text', { name: draft.nickname || setUp.computer }) },
    ...warning(problem),
    {
      kind: 'form',
      fields: [
        {
          id: 'group',
          type: 'select',
          label: l10n.t('group.label'),
          value: draft.group || only?.id || '',
          options: groups.map(({ id, name }) => ({ value: id, label: name })),
          required: true,
        },
      ],
      submit: action(parts, 'next', 'group', true),
      actions: [action(parts, 'back', 'back'), action(parts, 'cancel', 'cancel')],
    },
  ];
}

const warning = (text: string | undefined): Block[] => (text ? [{ kind: 'text', text, tone: 'warning' }] : []);

const action = ({ l10n, setUp }: WizardPageParts, title: string, step: Step, primary = false) => ({
  title: l10n.t(title),
  command: 'attended.answer',
  arguments: { setUp: setUp.id, step },
  primary,
});

const groupName = ({ groups, setUp }: WizardPageParts): string =>
  groups.find(({ id }) => id === setUp.group)?.name ?? '';
