import { KeybindingService } from '#core/workbench/keybindings/keybinding-service.ts';
import { inject } from '#webview/base/services.ts';

/** The key of a command as menus show it. */
export const keysOf = (command: string): string | undefined => inject(KeybindingService).label(command);
