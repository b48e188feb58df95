import { LatchkeyError } from '#protocol/errors.ts';

/** KiB. */
const limit = 128;

/** How files of each type begin; a dot stands for any byte. */
const beginnings: Readonly<Record<string, RegExp>> = {
  png: /^\x89PNG\r\n\x1a\n/,
  jpeg: /^\xff\xd8\xff/,
  webp: /^RIFF[^]{4}WEBP/,
};

/**
 * Makes sure that a logo is what it says that it is: it is shown to people who don't know us yet.
 * @param logo a data URL, or empty
 * @throws LatchkeyError `portal.logoInvalid`
 */
export function requireLogo(logo: string): void {
  if (logo === '') return;
  const [, type = '', base64 = ''] = /^data:image\/(\w+);base64,(.*)$/.exec(logo) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const fits = bytes.length > 0 && bytes.length <= limit * 1024;
  if (!fits || !beginnings[type]?.test(bytes.toString('latin1', 0, 16))) {
    throw new LatchkeyError('portal.logoInvalid', { limit });
  }
}
