import type { Accounts } from '../accounts/accounts.ts';
import { storedSignIn } from '../accounts/windows/stored-sign-in.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { StoredSignIn } from '../sessions/held-session.ts';
import { noPasswordVault, type PasswordVault } from './password-vault.ts';
import { storedAccount, windowsVault } from './windows/windows-vault.ts';

/** Where the system that this runs on keeps a password: in the endpoint's own folder on Windows, nowhere else. */
export const platformVault = (folder: DataFolder, platform: NodeJS.Platform = process.platform): PasswordVault =>
  platform === 'win32' ? windowsVault(folder.passwordFile, () => folder.prepare()) : noPasswordVault;

/** How sessions begin with the password that is kept there; undefined where none ever is. */
export const platformStoredSignIn = (
  folder: DataFolder,
  accounts: Accounts,
  onProblem: (problem: string) => void,
): StoredSignIn | undefined =>
  process.platform === 'win32' ? storedSignIn(storedAccount(folder.passwordFile), accounts, onProblem) : undefined;
