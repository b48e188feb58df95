import { newId } from '#core/base/ids.ts';
import { assignmentRule, type AssignmentRule, type ProposedMove } from '#protocol/assignment-rules.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { z } from 'zod';
import type { CoreCommands } from '../commands/core-command.ts';
import type { DeviceActionReport } from '../device-actions/device-action-report.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { Confirmer } from '../dialogs/confirmer.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { AssignmentRuleService } from './assignment-rule-service.ts';

/** Devices that a question names. */
const mostNamed = 10;

const shared = {
  category: '%assignmentRules.category%',
  enablement: 'administrator',
  disabledReasons: [{ when: '!administrator', reason: '%command.administratorsOnly%' }],
};

const text = { type: 'string', minLength: 1 };
const rulesArgument = {
  type: 'array',
  title: '%assignmentRules.rules%',
  description: '%assignmentRules.rulesHelp%',
  items: {
    type: 'object',
    properties: {
      id: text,
      name: text,
      enabled: { type: 'boolean' },
      conditions: { type: 'object' },
      group: text,
    },
    required: ['name', 'conditions', 'group'],
  },
};

/** What administrators do with assignment rules; the page does the same. */
export const assignmentRuleCommands = (
  rules: AssignmentRuleService,
  replica: DeviceReplica,
  l10n: LocalizationService,
  confirm: Confirmer,
  report: DeviceActionReport,
): CoreCommands => {
  const told = (moves: readonly ProposedMove[], all: readonly AssignmentRule[]): unknown[] =>
    moves.map(({ device, from, to, rule }) => ({
      device,
      name: replica.get(device)?.name ?? device,
      from: replica.group(from)?.name ?? from,
      to: replica.group(to)?.name ?? to,
      rule: all.find(({ id }) => id === rule)?.name ?? rule,
    }));
  return [
    {
      ...shared,
      command: 'assignmentRules.list',
      title: '%assignmentRules.list%',
      icon: 'list-ordered',
      effect: 'read',
      body: () => rules.get(),
    },
    {
      ...shared,
      command: 'assignmentRules.set',
      title: '%assignmentRules.set%',
      icon: 'save',
      effect: 'change',
      arguments: {
        type: 'object',
        properties: {
          rules: rulesArgument,
          version: { type: 'integer', minimum: 0, title: '%assignmentRules.version%' },
        },
        required: ['rules'],
        additionalProperties: false,
      },
      body: async ({ rules: wanted, version }) => {
        const given = (wanted as readonly Partial<AssignmentRule>[]).map((rule) => ({
          id: newId(),
          enabled: true,
          ...rule,
          group: replica.groups().find(({ name }) => name === rule.group)?.id ?? rule.group,
        }));
        const parsed = z.array(assignmentRule).safeParse(given);
        if (!parsed.success) {
          const [issue] = parsed.error.issues;
          const problem = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
          throw new LatchkeyError('command.invalidArguments', { command: 'assignmentRules.set', problem });
        }
        const before = typeof version === 'number' ? version : (await rules.get()).version;
        return rules.save(before, parsed.data);
      },
    },
    {
      ...shared,
      command: 'assignmentRules.preview',
      title: '%assignmentRules.preview%',
      icon: 'preview',
      effect: 'read',
      body: async (_, { token }) => {
        const [{ rules: all }, preview] = [await rules.get(), await rules.preview(undefined, { token })];
        return { ...preview, moves: told(preview.moves, all) };
      },
    },
    {
      ...shared,
      command: 'assignmentRules.apply',
      title: '%assignmentRules.apply%',
      icon: 'run-all',
      effect: 'change',
      body: async (_, { token, progress }) => {
        const { moves } = await rules.preview(undefined, { token });
        if (moves.length === 0) return { moved: 0, failed: 0, jobs: [] };
        const names = moves.slice(0, mostNamed).map(({ device }) => replica.get(device)?.name ?? device);
        const more = moves.length - names.length;
        const confirmed = await confirm({
          message: l10n.t('assignmentRules.applyQuestion', { count: moves.length }),
          detail: [...names, ...(more > 0 ? [l10n.t('assignmentRules.more', { count: more })] : [])].join('\n'),
          action: l10n.t('assignmentRules.applyAction'),
          destructive: false,
        });
        if (!confirmed) return null;
        const outcomes = await rules.apply(moves, { token, onProgress: progress });
        for (const outcome of outcomes) report.tell(outcome);
        const sum = (state: 'done' | 'failed'): number =>
          outcomes.reduce((total, { job }) => total + job.counts[state], 0);
        return { moved: sum('done'), failed: sum('failed'), jobs: outcomes.map(({ job }) => job.id) };
      },
    },
  ];
};
