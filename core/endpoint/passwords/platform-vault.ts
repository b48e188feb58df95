import type { DataFolder } from '../data-folder/data-folder.ts';
import { noPasswordVault, type PasswordVault } from './password-vault.ts';
import { windowsVault } from './windows/windows-vault.ts';

/** Where the system that this runs on keeps a password: in the endpoint's own folder on Windows, nowhere else. */
export const platformVault = (folder: DataFolder, platform: NodeJS.Platform = process.platform): PasswordVault =>
  platform === 'win32' ? windowsVault(folder.passwordFile, () => folder.prepare()) : noPasswordVault;
