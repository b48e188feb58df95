import type { ConfigurationContribution } from '#protocol/manifest.ts';
import { deviceColumnIds } from '../devices/device-columns.ts';

/** Lists of devices that a technician has given a name. */
export const deviceViewSettings: ConfigurationContribution = {
  title: '%settings.devices%',
  properties: {
    'devices.views': {
      type: 'array',
      default: [],
      maxItems: 100,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 64 },
          query: { type: 'string', maxLength: 1000 },
          columns: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: [...deviceColumnIds] } },
          sort: { type: 'string', pattern: `^-?(${deviceColumnIds.join('|')})$` },
        },
        required: ['name', 'query'],
        additionalProperties: false,
      },
      title: '%settings.deviceViews.title%',
      description: '%settings.deviceViews%',
      order: 1,
    },
  },
};
