import type { ConfigurationContribution } from '#protocol/manifest.ts';

/** How terminals look. */
export const terminalSettings: ConfigurationContribution = {
  title: '%settings.terminal%',
  properties: {
    'terminal.fontSize': {
      type: 'integer',
      minimum: 6,
      maximum: 40,
      default: 14,
      title: '%settings.terminal.fontSize.title%',
      description: '%settings.terminal.fontSize%',
      order: 1,
    },
    'terminal.fontFamily': {
      type: 'string',
      default: '',
      title: '%settings.terminal.fontFamily.title%',
      description: '%settings.terminal.fontFamily%',
      order: 2,
    },
    'terminal.cursorStyle': {
      type: 'string',
      enum: ['block', 'underline', 'bar'],
      enumItemLabels: [
        '%settings.terminal.cursorStyle.block%',
        '%settings.terminal.cursorStyle.underline%',
        '%settings.terminal.cursorStyle.bar%',
      ],
      default: 'block',
      title: '%settings.terminal.cursorStyle.title%',
      description: '%settings.terminal.cursorStyle%',
      order: 3,
    },
    'terminal.cursorBlinking': {
      type: 'boolean',
      default: false,
      title: '%settings.terminal.cursorBlinking.title%',
      description: '%settings.terminal.cursorBlinking%',
      order: 4,
    },
    'terminal.scrollback': {
      type: 'integer',
      minimum: 0,
      maximum: 100_000,
      default: 5000,
      title: '%settings.terminal.scrollback.title%',
      description: '%settings.terminal.scrollback%',
      order: 5,
    },
    'terminal.screenReader': {
      type: 'boolean',
      default: false,
      title: '%settings.terminal.screenReader.title%',
      description: '%settings.terminal.screenReader%',
      order: 6,
    },
  },
};
