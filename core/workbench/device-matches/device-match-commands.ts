import type { MatchDecision } from '#protocol/device-matches.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CoreCommands } from '../commands/core-command.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { Confirmer } from '../dialogs/confirmer.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { DeviceMatchService } from './device-match-service.ts';

const shared = { category: '%deviceMatches.category%', permission: 'enrolment.approve' };

/** Doubtful matches, and merging, for programs; people have pages. */
export const deviceMatchCommands = (
  matches: DeviceMatchService,
  replica: DeviceReplica,
  l10n: LocalizationService,
  confirm: Confirmer,
): CoreCommands => [
  {
    ...shared,
    command: 'deviceMatches.list',
    title: '%deviceMatches.list%',
    icon: 'references',
    effect: 'read',
    body: () => matches.list(),
  },
  {
    ...shared,
    command: 'deviceMatches.decide',
    title: '%deviceMatches.decide%',
    icon: 'check-all',
    effect: 'change',
    arguments: {
      type: 'object',
      properties: {
        match: { type: 'string', pattern: '^[a-z2-7]{16}$', title: '%deviceMatches.match%' },
        decision: {
          type: 'string',
          enum: ['same', 'apart'],
          title: '%deviceMatches.decision%',
          description: '%deviceMatches.decisionHelp%',
        },
      },
      required: ['match', 'decision'],
      additionalProperties: false,
    },
    body: ({ match, decision }) => matches.decide(String(match), decision as MatchDecision),
  },
  {
    command: 'device.merge',
    title: '%deviceMerge.merge%',
    description: '%deviceMerge.help%',
    category: '%deviceMatches.category%',
    permission: ['enrolment.approve', 'device.delete'],
    icon: 'combine',
    effect: 'destroy',
    arguments: {
      type: 'object',
      properties: {
        devices: {
          type: 'array',
          title: '%deviceMerge.devices%',
          description: '%deviceMerge.devicesHelp%',
          items: { type: 'string', format: 'latchkey-device' },
          minItems: 2,
          maxItems: 2,
        },
        keep: {
          type: 'string',
          format: 'latchkey-device',
          title: '%deviceMerge.keep%',
          description: '%deviceMerge.keepHelp%',
          'x-ask': true,
        },
      },
      required: ['devices', 'keep'],
      additionalProperties: false,
    },
    body: async ({ devices, keep }) => {
      const [one, other] = devices as [string, string];
      const gone = keep === one ? other : keep === other ? one : undefined;
      if (gone === undefined) {
        const problem = l10n.t('deviceMerge.keepOther', { device: nameIn(replica, String(keep)) });
        throw new LatchkeyError('command.invalidArguments', { command: 'device.merge', problem });
      }
      const names = { kept: nameIn(replica, String(keep)), gone: nameIn(replica, gone) };
      const confirmed = await confirm({
        message: l10n.t('deviceMerge.question', names),
        detail: l10n.t('deviceMerge.detail', names),
        action: l10n.t('deviceMerge.action'),
        destructive: true,
        typed: { label: l10n.t('deviceMerge.type', names), text: names.gone },
      });
      if (!confirmed) return null;
      const { device } = await matches.merge(String(keep), gone);
      return { id: device, name: names.kept, gone };
    },
  },
];

const nameIn = (replica: DeviceReplica, id: string): string => replica.get(id)?.name ?? id;
