import type { Presence } from '#protocol/presence.ts';

/** Of what is not one of those that are looked for: offline devices, all others. */
export const muted = 'color-mix(in srgb, var(--vscode-descriptionForeground) 45%, var(--vscode-editor-background))';

export const presenceColors: Readonly<Record<Presence, string>> = {
  online: 'var(--latchkey-presence-online)',
  inSession: 'var(--latchkey-presence-inSession)',
  asleep: 'var(--latchkey-presence-asleep)',
  offline: muted,
};

export const systemColors: Readonly<Record<string, string>> = {
  windows: 'var(--vscode-charts-blue)',
  macos: 'var(--vscode-charts-purple)',
  linux: 'var(--vscode-charts-orange)',
};

/** Of what has no colour of its own, by rank. */
export const rankColors: readonly string[] = [
  'var(--vscode-charts-blue)',
  'var(--vscode-charts-purple)',
  'var(--vscode-charts-green)',
  'var(--vscode-charts-orange)',
  'var(--vscode-charts-red)',
];
