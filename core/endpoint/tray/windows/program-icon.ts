import { bytesAt, must, windowsCall } from '../../windows/windows-api.ts';
import type { TrayMark } from '../tray-view.ts';
import { iconResource, markPixels } from './marked-icon.ts';

/** Of winuser.h. */
const smallIconWidth = 49;
const image = 1;
const drawNormal = 3;
const iconVersion = 0x30000;

/** The program's own icon at the size of the tray's, with a mark. The handle is the caller's to destroy. */
export function markedProgramIcon(mark: TrayMark): bigint {
  const size = Math.max(16, windowsCall('user32', 'int GetSystemMetrics(int)')(smallIconWidth) as number);
  const resource = iconResource(markPixels(programPixels(size), size, mark), size);
  const create = windowsCall('user32', 'void *CreateIconFromResourceEx(void *, uint, int, uint, int, int, uint)');
  return must(create(resource, resource.length, 1, iconVersion, size, size, 0), 'CreateIconFromResourceEx') as bigint;
}

export const destroyIcon = (icon: bigint): void => void windowsCall('user32', 'int DestroyIcon(void *)')(icon);

/** Drawn into memory of ours (CreateDIBSection, wingdi.h); empty where the program has no icon. */
function programPixels(size: number): Buffer {
  const own = windowsCall('kernel32', 'void *GetModuleHandleW(str16)')(null) as bigint;
  const load = windowsCall('user32', 'void *LoadImageW(void *, void *, uint, int, int, uint)');
  const icon = load(own, 1, image, size, size, 0) as bigint | null;
  if (!icon) return Buffer.alloc(size * size * 4);
  const canvas = windowsCall('gdi32', 'void *CreateCompatibleDC(void *)')(null) as bigint;
  const header = iconResource(Buffer.alloc(0), size).subarray(0, 40);
  header.writeInt32LE(size, 8);
  const memory = Buffer.alloc(8);
  const make = windowsCall('gdi32', 'void *CreateDIBSection(void *, void *, uint, void *, void *, uint)');
  const bitmap = must(make(canvas, header, 0, memory, null, 0), 'CreateDIBSection') as bigint;
  const select = windowsCall('gdi32', 'void *SelectObject(void *, void *)');
  const before = select(canvas, bitmap) as bigint;
  windowsCall('user32', 'int DrawIconEx(void *, int, int, void *, int, int, uint, void *, uint)')(
    canvas,
    0,
    0,
    icon,
    size,
    size,
    0,
    null,
    drawNormal,
  );
  windowsCall('gdi32', 'int GdiFlush(void)')();
  const pixels = bytesAt(memory.readBigUInt64LE(), size * size * 4);
  select(canvas, before);
  windowsCall('gdi32', 'int DeleteObject(void *)')(bitmap);
  windowsCall('gdi32', 'int DeleteDC(void *)')(canvas);
  destroyIcon(icon);
  return pixels;
}
