import type { Latchkey } from '../../protocol/api/index.ts';

export interface PasswordArguments {
  readonly devices: readonly string[];
  /** Absent: somebody is asked. Empty: none any more. */
  readonly password?: string;
}

/** @throws Error in the reader's language where it is not six bytes */
export async function setPassword(
  latchkey: Latchkey,
  { devices: [device = ''], password }: PasswordArguments,
): Promise<{ id: string; set: boolean } | null> {
  const { l10n, window, environment } = latchkey;
  if (password === undefined && environment.kind === 'headless') throw new Error(l10n.t('password.missing'));
  const typed =
    password ??
    (await window.showInputBox({
      title: l10n.t('password.title'),
      label: l10n.t('password.password.title'),
      prompt: l10n.t('password.password.description'),
      password: true,
      maxLength: 17,
    }));
  if (typed === undefined) return null;
  const bytes = typed.trim().toLowerCase().replaceAll(/[:-]/g, '');
  if (bytes !== '' && !/^[0-9a-f]{12}$/.test(bytes)) throw new Error(l10n.t('password.invalid'));
  await latchkey.devices.setWakePassword(device, bytes === '' ? null : (bytes.match(/../g) ?? []).join(':'));
  return { id: device, set: bytes !== '' };
}
