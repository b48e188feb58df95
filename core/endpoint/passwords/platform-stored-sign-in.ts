import type { Accounts } from '../accounts/accounts.ts';
import { storedSignIn } from '../accounts/windows/stored-sign-in.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { StoredSignIn } from '../sessions/held-session.ts';
import { storedAccount } from './windows/windows-vault.ts';

/** How sessions begin with the password that is kept on this computer; undefined where none ever is. */
export const platformStoredSignIn = (
  folder: DataFolder,
  accounts: Accounts,
  onProblem: (problem: string) => void,
): StoredSignIn | undefined =>
  process.platform === 'win32' ? storedSignIn(storedAccount(folder.passwordFile), accounts, onProblem) : undefined;
