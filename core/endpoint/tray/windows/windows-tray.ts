import { Subject } from 'rxjs';
import { windowsCall } from '../../windows/windows-api.ts';
import type { TrayCommand, TrayMark, TrayView } from '../tray-view.ts';
import type { TrayIcon } from '../tray.ts';
import { openHiddenWindow, type HiddenWindow } from './hidden-window.ts';
import { choose } from './popup-menu.ts';
import { destroyIcon, markedProgramIcon } from './program-icon.ts';

/** Of shellapi.h. */
const actions = { add: 0, modify: 1, delete: 2, setVersion: 4 } as const;
const flags = { message: 0x1, icon: 0x2, tip: 0x4, info: 0x10, showTip: 0x80 } as const;
const version4 = 4;
const infoIcon = 1;
/** NIN_SELECT, NIN_KEYSELECT, NIN_BALLOONUSERCLICK, WM_CONTEXTMENU. */
const selecting: ReadonlySet<number> = new Set([0x400, 0x401, 0x405, 0x7b]);
/** WM_APP: what the tray tells us. */
export const trayMessage = 0x8000;
const command = 0x111;
const closing: ReadonlySet<number> = new Set([0x10, 0x16]);
const endSession = 0x16;
/** Milliseconds between attempts while there is no taskbar yet. */
const pause = 2000;
/** By which the window is found. */
export const trayWindowTitle = 'Latchkey Endpoint Tray';
/** WM_COMMAND: what a menu would choose. */
export const commandNumbers: Readonly<Record<number, TrayCommand>> = { 1001: 'open', 1002: 'block', 1003: 'unblock' };

/** The icon in the notification area of whoever is signed in (Shell_NotifyIconW, shellapi.h). */
export class WindowsTray implements TrayIcon {
  private readonly commands = new Subject<TrayCommand>();
  readonly commands$ = this.commands.asObservable();
  readonly closed: Promise<void>;
  private readonly close: () => void;
  private window: HiddenWindow | undefined;
  private view: TrayView | undefined;
  private drawn: { readonly mark: TrayMark; readonly icon: bigint } | undefined;
  private added = false;
  private timer: NodeJS.Timeout | undefined;

  private constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.close = resolve;
  }

  static async open(): Promise<WindowsTray> {
    const tray = new WindowsTray();
    // Sent to all when the taskbar is there, again too: icons have to be put into it anew.
    const taskbarCreated = windowsCall('user32', 'uint RegisterWindowMessageW(str16)')('TaskbarCreated') as number;
    tray.window = await openHiddenWindow(trayWindowTitle, (message, word, long) => {
      if (message === taskbarCreated) {
        tray.added = false;
        setImmediate(() => tray.update());
      } else if (message === trayMessage && selecting.has(Number(long & 0xffffn))) {
        // Not in here: Windows waits for the answer to this message.
        setImmediate(() => tray.showMenu());
      } else if (message === command) {
        const chosen = commandNumbers[Number(word & 0xffffn)];
        if (chosen) setImmediate(() => tray.commands.next(chosen));
      } else if (closing.has(message) && (message !== endSession || word !== 0n)) {
        tray.close();
      } else {
        return false;
      }
      return true;
    });
    return tray;
  }

  show(view: TrayView): void {
    const { view: before } = this;
    this.view = view;
    // A menu is made when it is asked for.
    if (!this.added || before?.mark !== view.mark || before.tooltip !== view.tooltip) this.update();
  }

  notify(title: string, text: string): void {
    if (!this.added) return;
    const data = this.data(flags.info);
    put(data, 304, 256, text);
    put(data, 820, 64, title);
    data.writeUInt32LE(infoIcon, 948);
    this.call(actions.modify, data);
  }

  async dispose(): Promise<void> {
    clearTimeout(this.timer);
    this.call(actions.delete, this.data(0));
    if (this.drawn) destroyIcon(this.drawn.icon);
    this.window?.close();
    await this.window?.closed;
  }

  private update(): void {
    clearTimeout(this.timer);
    const { view } = this;
    if (!view) return;
    const before = this.drawn;
    if (before?.mark !== view.mark) this.drawn = { mark: view.mark, icon: markedProgramIcon(view.mark) };
    const data = this.data(flags.message | flags.icon | flags.tip | flags.showTip);
    data.writeUInt32LE(trayMessage, 24);
    data.writeBigUInt64LE(this.drawn?.icon ?? 0n, 32);
    put(data, 40, 128, view.tooltip);
    if (this.added && !this.call(actions.modify, data)) this.added = false;
    if (!this.added && this.call(actions.add, data)) {
      this.added = true;
      data.writeUInt32LE(version4, 816);
      this.call(actions.setVersion, data);
    }
    if (before && before !== this.drawn) destroyIcon(before.icon);
    // Somebody signs in, and the taskbar is not there yet.
    if (!this.added) this.timer = setTimeout(() => this.update(), pause);
  }

  private showMenu(): void {
    const chosen = choose(this.view?.menu ?? []);
    const entry = chosen === undefined ? undefined : this.view?.menu[chosen];
    if (entry?.command) this.commands.next(entry.command);
  }

  /** NOTIFYICONDATAW of a 64-bit Windows. */
  private data(what: number): Buffer {
    const data = Buffer.alloc(976);
    data.writeUInt32LE(data.length, 0);
    data.writeBigUInt64LE(this.window?.handle ?? 0n, 8);
    data.writeUInt32LE(1, 16);
    data.writeUInt32LE(what, 20);
    return data;
  }

  private call(action: number, data: Buffer): boolean {
    return windowsCall('shell32', 'int Shell_NotifyIconW(uint, void *)')(action, data) !== 0;
  }
}

/** A text that ends, cut where there is no room for it. */
function put(data: Buffer, offset: number, characters: number, text: string): void {
  const fits = text.length < characters ? text : `${text.slice(0, characters - 2)}…`;
  data.write(fits, offset, 'utf16le');
}
