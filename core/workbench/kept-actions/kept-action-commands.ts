import type { CoreCommands } from '../commands/core-command.ts';
import type { DeviceActionReport } from '../device-actions/device-action-report.ts';
import type { KeptActionReport } from './kept-action-report.ts';
import type { KeptActions } from './kept-actions.ts';

const argumentsWithId = {
  type: 'object' as const,
  properties: { id: { type: 'string', title: '%keptActions.id%' } },
  required: ['id'],
  additionalProperties: false,
};
const category = '%deviceActions.category%';

/** Looking at what waits for the hub, and deciding about what was changed meanwhile. */
export const keptActionCommands = (
  kept: KeptActions,
  report: KeptActionReport,
  actionReport: DeviceActionReport,
): CoreCommands => [
  {
    command: 'device.showKept',
    title: '%keptActions.showCommand%',
    category,
    icon: 'save',
    effect: 'read',
    body: async () => (report.show(), null),
  },
  {
    command: 'device.applyKept',
    title: '%keptActions.insistCommand%',
    category,
    effect: 'change',
    arguments: argumentsWithId,
    body: async ({ id }) => {
      actionReport.tell(await kept.insist(String(id)));
      return null;
    },
  },
  {
    command: 'device.dropKept',
    title: '%keptActions.dropCommand%',
    category,
    effect: 'change',
    arguments: argumentsWithId,
    body: async ({ id }) => (kept.drop(String(id)), null),
  },
];
