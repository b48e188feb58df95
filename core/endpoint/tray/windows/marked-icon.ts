import type { TrayMark } from '../tray-view.ts';

/** Red, green, blue. */
const colours: Readonly<Record<TrayMark, readonly [number, number, number]>> = {
  connected: [46, 160, 67],
  session: [218, 54, 51],
  blocked: [210, 153, 34],
  away: [128, 128, 128],
};

/**
 * Puts a mark into the lower right corner of a picture: a disc for what works, a ring for what does not, so that it is told
 * without its colour too. What is away is grey altogether.
 * @param pixels blue, green, red, alpha, from the lowest line up, not multiplied by alpha
 * @param size pixels of a side
 */
export function markPixels(pixels: Buffer, size: number, mark: TrayMark): Buffer {
  const marked = Buffer.from(pixels);
  if (mark === 'away') fade(marked);
  const [red, green, blue] = colours[mark];
  const radius = size * 0.27;
  const centre = { x: size - radius, y: radius };
  const hole = mark === 'away' || mark === 'blocked' ? radius * 0.4 : 0;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const distance = Math.hypot(x + 0.5 - centre.x, y + 0.5 - centre.y);
      const at = (y * size + x) * 4;
      // A gap, so that the mark stands out from what is behind it.
      const gap = between(radius + size / 16 - distance);
      marked[at + 3] = Math.round((marked[at + 3] ?? 0) * (1 - gap));
      const strength = Math.min(between(radius - distance), hole > 0 ? between(distance - hole) : 1);
      if (strength > 0) marked.set([blue, green, red, Math.round(255 * strength)], at);
    }
  return marked;
}

/** How much of a pixel is covered whose middle is so far inside. */
const between = (inside: number): number => Math.min(1, Math.max(0, inside + 0.5));

function fade(pixels: Buffer): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const [blue = 0, green = 0, red = 0] = pixels.subarray(at, at + 3);
    const grey = Math.round(0.3 * red + 0.59 * green + 0.11 * blue);
    pixels.set([grey, grey, grey], at);
  }
}

/** As an icon's resource holds it (BITMAPINFOHEADER, wingdi.h): twice as high, for the mask, which alpha makes idle. */
export function iconResource(pixels: Buffer, size: number): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(size, 4);
  header.writeInt32LE(size * 2, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(32, 14);
  const maskLine = Math.ceil(size / 32) * 4;
  return Buffer.concat([header, pixels, Buffer.alloc(maskLine * size)]);
}
