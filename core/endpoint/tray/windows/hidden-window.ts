import { koffi } from '../../windows/koffi.ts';
import { wide, windowsCall } from '../../windows/windows-api.ts';

/** Of winuser.h. */
const toolWindow = 0x80 | 0x0800_0000;
const popup = 0x8000_0000;
const initDialog = 0x110;
const quit = 0x12;
const positionChanging = 0x46;
const showFlag = 0x40;
const noActivateFlag = 0x10;
/** WINDOWPOS.flags. */
const flagsAt = 32;

/** What a window is told; what is returned tells Windows whether that was all. */
export type WindowMessage = (message: number, word: bigint, long: bigint) => boolean;

export interface HiddenWindow {
  readonly handle: bigint;
  /** Resolves when it is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * A window that nobody sees and everybody can send messages to. It is a dialog, because Windows itself then waits for its messages
 * (`DialogBoxIndirectParamW`), on a thread of its own: this one is free for its other work, and nothing is asked for over and over.
 * That thread waits while `onMessage` runs, in which nothing may be called that sends this window a message.
 * @param title by which others find it
 */
export async function openHiddenWindow(title: string, onMessage: WindowMessage): Promise<HiddenWindow> {
  const native = koffi();
  let handle = 0n;
  const type = native.proto('intptr_t LatchkeyDialog(size_t window, uint message, size_t word, intptr_t long)');
  const opened = Promise.withResolvers<void>();
  const procedure = native.register((window: number, message: number, word: number, long: number): number => {
    switch (message) {
      case initDialog:
        handle = BigInt(window);
        opened.resolve();
        return 0;
      case positionChanging: {
        // A dialog is shown by itself, and brought to the front: not this one.
        const position = BigInt(long);
        const flags = native.decode(position, flagsAt, 'uint32_t') as number;
        native.encode(position, flagsAt, 'uint32_t', ((flags & ~showFlag) | noActivateFlag) >>> 0);
        return 1;
      }
      default:
        return handle !== 0n && onMessage(message, BigInt(word), BigInt(long)) ? 1 : 0;
    }
  }, native.pointer(type));
  // DLGTEMPLATE without anything in it: no menu, the usual class, and its title.
  const template = Buffer.concat([Buffer.alloc(22), wide(title)]);
  template.writeUInt32LE(popup, 0);
  template.writeUInt32LE(toolWindow, 4);
  // A process's first dealings with its desktop are this thread's.
  windowsCall('user32', 'void *GetDesktopWindow(void)')();
  const run = windowsCall('user32', 'intptr_t DialogBoxIndirectParamW(void *, void *, void *, void *, intptr_t)');
  const closed = new Promise<void>((resolve) => {
    run.async(null, template, null, procedure, 0, (error: unknown) => {
      native.unregister(procedure);
      opened.reject(error instanceof Error ? error : new Error('DialogBoxIndirectParamW'));
      resolve();
    });
  });
  await opened.promise;
  return {
    handle,
    closed,
    close() {
      const thread = windowsCall('user32', 'uint GetWindowThreadProcessId(void *, void *)')(handle, null) as number;
      windowsCall('user32', 'int PostThreadMessageW(uint, uint, size_t, intptr_t)')(thread, quit, 0, 0);
    },
  };
}
