import type { Accounts } from './accounts.ts';
import { LimitedAccounts } from './limited-accounts.ts';
import { linuxAccounts } from './linux/linux-accounts.ts';
import { macosAccounts } from './macos/macos-accounts.ts';
import { UnixAccounts } from './unix-accounts.ts';
import { WindowsAccounts } from './windows/windows-accounts.ts';

/** The accounts of the computer that this runs on. */
export function platformAccounts(platform: NodeJS.Platform = process.platform): Accounts {
  if (platform === 'win32') return new LimitedAccounts(new WindowsAccounts());
  return new LimitedAccounts(new UnixAccounts(platform === 'darwin' ? macosAccounts : linuxAccounts));
}
