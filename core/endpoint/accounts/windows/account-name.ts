import type { ComputerAccount } from '#protocol/sessions.ts';

/** `DOMAIN\user`, `user@domain` or a local account’s name, in the parts that Windows asks for. */
export function accountParts(account: string): { readonly user: string; readonly domain: string | null } {
  const at = account.indexOf('\\');
  if (at >= 0) return { user: account.slice(at + 1), domain: account.slice(0, at) || '.' };
  return { user: account, domain: account.includes('@') ? null : '.' };
}

/** What is no account, or proves nothing about whoever gives it. */
export const isEmpty = ({ account, password }: ComputerAccount): boolean =>
  accountParts(account).user === '' || password === '' || /\0/.test(account + password);
