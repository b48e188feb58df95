import { configLength, type FormatContext, type FormatLayout } from '../../format-layout.ts';

/*
 * The Windows program with its configuration behind it, where no part of an executable is. Signing puts its certificates behind
 * that, at a multiple of eight bytes: "PE Format", learn.microsoft.com/windows/win32/debug/pe-format. The program reads it in
 * `core/endpoint/program/overlay.ts`.
 */

/** Ends the configuration; before it stands how long that is. */
const mark = 'latchkey-config1';
const border = 8;

/** What stands behind the program: alike for all, but for the configuration. */
export function exeLayout({ payload }: FormatContext): Promise<FormatLayout> {
  const trailer = Buffer.alloc(8 + mark.length);
  trailer.writeBigUInt64LE(BigInt(configLength));
  trailer.write(mark, 8, 'latin1');
  return Promise.resolve({
    head: Buffer.alloc(0),
    afterPayload: Buffer.alloc((border - (payload.size % border)) % border),
    tail: (config) => Buffer.concat([config, trailer]),
  });
}
