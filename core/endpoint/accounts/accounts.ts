import type { ComputerAccount } from '#protocol/sessions.ts';
import type { WindowsSignIn } from './windows/windows-sign-in.ts';

/** An account of this computer as which technicians work. */
export interface ComputerUser {
  readonly name: string;
  /** Where it starts. */
  readonly home: string;
  /** Its shell. */
  readonly shell: string;
  /** On Unix. */
  readonly uid: number;
  readonly gid: number;
  /** On Windows, of an account that has signed in for a session: closed with it. */
  readonly signedIn?: WindowsSignIn | undefined;
}

/** The accounts of this computer, by the system's own means. */
export interface Accounts {
  /**
   * Checks an account and its password.
   * @param signal gives the check up
   * @throws LatchkeyError `session.accountRefused` where the computer does not take it, `session.unsupported` where it cannot
   *   be told here
   */
  signIn(given: ComputerAccount, signal: AbortSignal): Promise<ComputerUser>;
  /** Whoever runs this program. */
  own(): ComputerUser;
}
