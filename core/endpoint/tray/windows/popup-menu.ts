import { must, windowsCall } from '../../windows/windows-api.ts';
import type { TrayEntry } from '../tray-view.ts';

/** Of winuser.h. */
const disabled = 0x2 | 0x1;
const separator = 0x800;
const returnsCommand = 0x100;
const noNotify = 0x80;
const rightButton = 0x2;
const popup = 0x8000_0000;
const toolWindow = 0x80;

/**
 * Shows a menu where the pointer is, and waits for a choice; nothing else happens in this process until then.
 * @returns the entry's number; undefined where nothing was chosen
 */
export function choose(entries: readonly TrayEntry[]): number | undefined {
  const menu = must(windowsCall('user32', 'void *CreatePopupMenu(void)')(), 'CreatePopupMenu') as bigint;
  // Of this thread: Windows refuses another's.
  const create = windowsCall(
    'user32',
    'void *CreateWindowExW(uint, str16, str16, uint, int, int, int, int, void *, void *, void *, void *)',
  );
  const owner = must(create(toolWindow, 'STATIC', '', popup, 0, 0, 0, 0, null, null, null, null), 'CreateWindowExW');
  try {
    const append = windowsCall('user32', 'int AppendMenuW(void *, uint, size_t, str16)');
    for (const [index, { text, command, separated }] of entries.entries()) {
      if (separated) append(menu, separator, 0, null);
      // An ampersand would underline what is behind it.
      append(menu, command ? 0 : disabled, index + 1, text.replaceAll('&', '&&'));
    }
    const point = Buffer.alloc(8);
    windowsCall('user32', 'int GetCursorPos(void *)')(point);
    // Else it stays when somebody clicks elsewhere ("Remarks" of TrackPopupMenu).
    windowsCall('user32', 'int SetForegroundWindow(void *)')(owner);
    const track = windowsCall('user32', 'int TrackPopupMenuEx(void *, uint, int, int, void *, void *)');
    const flags = returnsCommand | noNotify | rightButton;
    const chosen = track(menu, flags, point.readInt32LE(0), point.readInt32LE(4), owner, null) as number;
    return chosen > 0 ? chosen - 1 : undefined;
  } finally {
    windowsCall('user32', 'int DestroyWindow(void *)')(owner);
    windowsCall('user32', 'int DestroyMenu(void *)')(menu);
  }
}
