import { cleanEnvironment, type Environment } from '../../windows/environment-block.ts';
import { PrivateDesktop } from '../../windows/private-desktop.ts';
import { closeHandle, sidOf } from '../../windows/token.ts';
import { environmentOf } from '../../windows/user-environment.ts';
import { homeOf, loadProfile } from './user-profile.ts';

/**
 * An account that is signed in to this computer for one session: with its own home, part of the registry and variables, on a desktop
 * that nobody sees.
 */
export class WindowsSignIn {
  readonly token: bigint;
  readonly home: string;
  readonly environment: Environment;
  private readonly place: PrivateDesktop;
  private readonly unload: () => void;
  private closed = false;

  private constructor(token: bigint, user: string) {
    this.unload = loadProfile(token, user);
    try {
      this.token = token;
      this.home = homeOf(token);
      this.environment = cleanEnvironment(environmentOf(token));
      this.place = new PrivateDesktop(sidOf(token));
    } catch (error) {
      this.unload();
      throw error;
    }
  }

  /**
   * Takes the token over.
   * @throws WindowsError where this program has not the rights of the system
   */
  static open(token: bigint, user: string): WindowsSignIn {
    try {
      return new WindowsSignIn(token, user);
    } catch (error) {
      closeHandle(token);
      throw error;
    }
  }

  get desktop(): string {
    return this.place.name;
  }

  /** Signs out. Its programs have to have ended. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.place.close();
    this.unload();
    closeHandle(this.token);
  }
}
