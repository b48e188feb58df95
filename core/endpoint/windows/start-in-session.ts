import { environmentBlock, cleanEnvironment } from './environment-block.ts';
import { quoteArgument } from './run-elevated.ts';
import { startProcess } from './start-process.ts';
import { closeHandle } from './token.ts';
import { environmentOf } from './user-environment.ts';
import { must, windowsCall } from './windows-api.ts';

/**
 * Starts a program as whoever is signed in to a session, on their desktop and without an administrator's rights. Only a service
 * of the system may.
 * @throws WindowsError
 */
export function startInSession(session: number, program: string, args: readonly string[], folder: string): void {
  const holder = Buffer.alloc(8);
  must(windowsCall('wtsapi32', 'int WTSQueryUserToken(uint, void *)')(session, holder), 'WTSQueryUserToken');
  const token = holder.readBigUInt64LE();
  try {
    const { handle } = startProcess({
      program,
      commandLine: [program, ...args].map(quoteArgument).join(' '),
      environment: environmentBlock(cleanEnvironment(environmentOf(token))),
      folder,
      token,
      desktop: 'winsta0\\default',
    });
    closeHandle(handle);
  } finally {
    closeHandle(token);
  }
}
