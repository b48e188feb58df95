const begin = '.latchkey-';
const end = '.part';

/** What a file is called while it is being written. */
export const partialName = (transfer: string): string => `${begin}${transfer}${end}`;

/** Whether a file is called as only those are. */
export const isPartialName = (name: string): boolean => /^\.latchkey-[a-z2-7]{16}\.part$/.test(name);
