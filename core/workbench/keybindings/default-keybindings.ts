import type { KeybindingRule } from './keybinding-service.ts';

/** The keys of the workbench's own commands: those that people know from VS Code. */
export const defaultKeybindings: readonly KeybindingRule[] = [
  { key: 'f1', command: 'workbench.showCommands' },
  { key: 'ctrl+shift+p', mac: 'cmd+shift+p', command: 'workbench.showCommands' },
  { key: 'ctrl+p', mac: 'cmd+p', command: 'workbench.quickOpen' },
  { key: 'ctrl+b', mac: 'cmd+b', command: 'workbench.toggleSideBar' },
  { key: 'ctrl+j', mac: 'cmd+j', command: 'workbench.togglePanel' },
  { key: 'ctrl+,', mac: 'cmd+,', command: 'workbench.openSettings' },
  { key: 'ctrl+k ctrl+s', mac: 'cmd+k cmd+s', command: 'workbench.openKeybindings' },
  { key: 'ctrl+k ctrl+t', mac: 'cmd+k cmd+t', command: 'workbench.selectTheme' },
  { key: 'ctrl+w', mac: 'cmd+w', command: 'workbench.closeEditor', when: '!inQuickOpen' },
  { key: 'ctrl+f4', command: 'workbench.closeEditor', when: '!inQuickOpen' },
  { key: 'ctrl+k w', mac: 'cmd+k w', command: 'workbench.closeAllEditors' },
  { key: 'ctrl+shift+t', mac: 'cmd+shift+t', command: 'workbench.reopenClosedEditor' },
  { key: 'ctrl+pagedown', mac: 'cmd+shift+]', command: 'workbench.nextEditor' },
  { key: 'ctrl+pageup', mac: 'cmd+shift+[', command: 'workbench.previousEditor' },
  { key: 'ctrl+z', mac: 'cmd+z', command: 'device.undo', when: 'deviceActions.undoable && !inputFocus' },
  { key: 'ctrl+shift+e', mac: 'cmd+shift+e', command: 'workbench.showDevices' },
  { key: 'f6', command: 'workbench.focusNextPart' },
  { key: 'shift+f6', command: 'workbench.focusPreviousPart' },
  { key: 'escape', command: 'workbench.closeQuickInput', when: 'inQuickOpen' },
];
