import type { ComputerUser } from '../accounts/accounts.ts';
import { cleanEnvironment } from '../windows/environment-block.ts';
import { nativeFolderArgument } from '../windows/koffi.ts';
import type { ChildOrder } from '../windows/start-child.ts';
import { programCommand } from './single-program.ts';

/** How this program is started anew on Windows, as an account. @param args of the command line */
export function ownChild(user: ComputerUser, args: readonly string[]): ChildOrder {
  const [program, ...before] = programCommand();
  const { signedIn, home } = user;
  return {
    program,
    args: [...before, ...args, ...nativeFolderArgument()],
    environment: signedIn?.environment ?? cleanEnvironment(process.env),
    folder: home,
    token: signedIn?.token,
    desktop: signedIn?.desktop,
  };
}
