import type { ConfigurationContribution } from '#protocol/manifest.ts';

/** The settings of the workbench itself. */
export const coreSettings: ConfigurationContribution = {
  title: '%settings.workbench%',
  properties: {
    'workbench.language': {
      type: 'string',
      enum: ['auto', 'en', 'fr', 'de'],
      default: 'auto',
      description: '%settings.language%',
      order: 1,
    },
    'workbench.theme': {
      type: 'string',
      enum: ['auto', 'light', 'dark', 'highContrast', 'highContrastLight'],
      default: 'auto',
      description: '%settings.theme%',
      order: 2,
    },
  },
};
