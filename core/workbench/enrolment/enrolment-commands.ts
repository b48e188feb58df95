import { enrolmentRequests } from '#protocol/enrolment.ts';
import type { CoreCommands } from '../commands/core-command.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import type { Confirmer } from '../dialogs/confirmer.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';

const shared = {
  category: '%enrolment.category%',
  permission: 'enrolment.approve',
  enablement: '!device.count || device.state == waiting',
  disabledReasons: [{ when: 'device.count', reason: '%enrolment.notWaiting%' }],
  arguments: {
    type: 'object' as const,
    properties: {
      devices: {
        type: 'array',
        items: { type: 'string', format: 'latchkey-device' },
        minItems: 1,
        title: '%enrolment.devices%',
      },
    },
    required: ['devices'],
  },
};

interface Handled {
  /** Identifiers. */
  readonly devices: readonly string[];
}

/** What technicians do about devices that wait for approval. */
export const enrolmentCommands = (
  connection: HubConnection,
  replica: DeviceReplica,
  l10n: LocalizationService,
  confirm: Confirmer,
): CoreCommands => [
  {
    ...shared,
    command: 'enrolment.approve',
    title: '%enrolment.approve%',
    icon: 'check',
    effect: 'change',
    body: async (args): Promise<Handled> => {
      const devices = args.devices as string[];
      await connection.request(enrolmentRequests.approve, { devices });
      return { devices };
    },
  },
  {
    ...shared,
    command: 'enrolment.reject',
    title: '%enrolment.reject%',
    icon: 'close',
    effect: 'destroy',
    body: async (args): Promise<Handled | null> => {
      const devices = args.devices as string[];
      const names = devices.map((id) => replica.get(id)?.name ?? id).join('\n');
      const confirmed = await confirm({
        message: l10n.t('enrolment.rejectQuestion', { count: devices.length }),
        detail: l10n.t('enrolment.rejectDetail', { names }),
        action: l10n.t('enrolment.reject'),
        destructive: true,
      });
      if (!confirmed) return null;
      await connection.request(enrolmentRequests.reject, { devices });
      return { devices };
    },
  },
];
