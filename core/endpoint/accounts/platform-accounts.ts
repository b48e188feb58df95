import { LatchkeyError } from '#protocol/errors.ts';
import type { Accounts } from './accounts.ts';
import { LimitedAccounts } from './limited-accounts.ts';
import { linuxAccounts } from './linux/linux-accounts.ts';
import { macosAccounts } from './macos/macos-accounts.ts';
import { ownUser } from './own-user.ts';
import { UnixAccounts } from './unix-accounts.ts';

/** The accounts of the computer that this runs on. */
export function platformAccounts(platform: NodeJS.Platform = process.platform): Accounts {
  if (platform === 'linux') return new LimitedAccounts(new UnixAccounts(linuxAccounts));
  if (platform === 'darwin') return new LimitedAccounts(new UnixAccounts(macosAccounts));
  return {
    own: ownUser,
    signIn: () => Promise.reject(new LatchkeyError('session.unsupported', { feature: 'signIn', reason: platform })),
  };
}
