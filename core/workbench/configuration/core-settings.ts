import type { ConfigurationContribution } from '#protocol/manifest.ts';

/** The settings of the workbench itself. */
export const coreSettings: ConfigurationContribution = {
  title: '%settings.workbench%',
  properties: {
    'workbench.language': {
      type: 'string',
      enum: ['auto', 'en', 'fr', 'de'],
      enumItemLabels: ['%settings.language.auto%', 'English', 'Français', 'Deutsch'],
      default: 'auto',
      title: '%settings.language.title%',
      description: '%settings.language%',
      order: 1,
    },
    'workbench.theme': {
      type: 'string',
      enum: ['auto', 'light', 'dark', 'highContrast', 'highContrastLight'],
      enumItemLabels: [
        '%settings.theme.auto%',
        '%settings.theme.light%',
        '%settings.theme.dark%',
        '%settings.theme.highContrast%',
        '%settings.theme.highContrastLight%',
      ],
      default: 'auto',
      title: '%settings.theme.title%',
      description: '%settings.theme%',
      order: 2,
    },
    'workbench.startupEditor': {
      type: 'string',
      enum: ['dashboard', 'welcome', 'none'],
      enumItemLabels: [
        '%settings.startupEditor.dashboard%',
        '%settings.startupEditor.welcome%',
        '%settings.startupEditor.none%',
      ],
      default: 'dashboard',
      title: '%settings.startupEditor.title%',
      description: '%settings.startupEditor%',
      order: 3,
    },
  },
};
