import { LatchkeyError } from '#protocol/errors.ts';

/** Opens a `<dialog>` that was just drawn, and puts the focus where its author marked it with `autofocus`. */
export function openDialog(root: ParentNode | null | undefined): void {
  const dialog = root?.querySelector('dialog');
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>('[autofocus]')?.focus();
}

const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password of 20 characters that nobody mistakes for one another: 116 random bits. */
export function generatePassword(): string {
  const limit = 256 - (256 % alphabet.length);
  let password = '';
  while (password.length < 20) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32)))
      if (byte < limit && password.length < 20) password += alphabet[byte % alphabet.length];
  }
  return password.replace(/(.{5})(?=.)/g, '$1-');
}

/** Whether an error says that the hub can't be reached, which passes by itself. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof LatchkeyError && error.kind === 'unavailable';
