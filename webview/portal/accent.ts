/** WCAG 2: the brightness of `#rrggbb`, 0 (black) to 1 (white). */
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2: how well two colours, each `#rrggbb`, can be told apart, 1 to 21. Text wants 4.5. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white: what reads better on `color`, which is `#rrggbb`. One of the two always has 4.5 or more. */
export const textOn = (color: string): '#000000' | '#ffffff' =>
  contrast(color, '#000000') >= contrast(color, '#ffffff') ? '#000000' : '#ffffff';

/** `color` where links in it can be read on `card`, else undefined: they then have the text's own colour. */
export const linkOn = (color: string, card: string): string | undefined =>
  contrast(color, card) >= 4.5 ? color : undefined;
