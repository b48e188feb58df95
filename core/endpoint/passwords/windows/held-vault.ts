import { isAccepted } from '../../accounts/windows/windows-logon.ts';
import type { PasswordVault } from '../password-vault.ts';
import { sealPassword, type SealedPassword } from './windows-vault.ts';

/** Keeps a password in memory, sealed, until the endpoint is installed and has a place for it. */
export interface HeldVault extends PasswordVault {
  readonly held: SealedPassword | undefined;
}

/** @param check whether Windows takes the password */
export function heldVault(check: PasswordVault['check'] = isAccepted, seal = sealPassword): HeldVault {
  let held: SealedPassword | undefined;
  return {
    support: 'account',
    check,
    store(given) {
      held = seal(given);
      return Promise.resolve();
    },
    forget() {
      held = undefined;
      return Promise.resolve();
    },
    stored: () => Promise.resolve(held?.account),
    get held() {
      return held;
    },
  };
}
