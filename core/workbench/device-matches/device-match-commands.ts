import type { MatchDecision } from '#protocol/device-matches.ts';
import type { CoreCommands } from '../commands/core-command.ts';
import type { DeviceMatchService } from './device-match-service.ts';

const shared = { category: '%deviceMatches.category%', permission: 'enrolment.approve' };

/** Doubtful matches for programs; people have a page. */
export const deviceMatchCommands = (matches: DeviceMatchService): CoreCommands => [
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
];
