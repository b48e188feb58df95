import type { LatchkeyError } from '#protocol/errors.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';

/** Installs the endpoint for good, out of a customer app that runs. */
export interface AppInstaller {
  /** Where the customer's password is, until then and from then on. */
  readonly vault: PasswordVault;
  /**
   * Asks for the rights that installing takes, where that is done before anything else. Where it is absent, they are asked for when
   * something is installed, or were before the app began.
   * @throws LatchkeyError `setUp.notElevated`, `setUp.installFailed`
   */
  prepare?(signal: AbortSignal): Promise<void>;
  /** What is known beforehand to keep it from being installed. */
  obstacle(): Promise<LatchkeyError | undefined>;
  /**
   * Installs, joins with the token, and starts: wholly, or not at all.
   * @param hub its address
   * @throws LatchkeyError `setUp.notElevated`, `setUp.alreadySetUp`, `setUp.installFailed`, or why the hub took no join
   */
  install(hub: string, token: string, signal?: AbortSignal): Promise<void>;
  /** Gives the rights up again. */
  dispose?(): Promise<void>;
}
