import { runProgram } from '../../facts/run-program.ts';

/** Shows a notification to whoever is signed in at the Mac's screen. */
export async function showOnMacos(title: string, text: string): Promise<void> {
  const [name, uid] = ((await runProgram('stat', ['-f', '%Su %u', '/dev/console'])) ?? '').trim().split(' ');
  // Nobody: the sign-in window belongs to root.
  if (!name || !uid || uid === '0') return;
  const [program, ...args] = macosNotice(title, text, process.getuid?.() === 0 ? { name, uid } : undefined);
  await runProgram(program, args);
}

/** The command; `user` where it is to run as another. Title and text are arguments, and never part of the script. */
export function macosNotice(
  title: string,
  text: string,
  user?: { readonly name: string; readonly uid: string },
): [string, ...string[]] {
  const script = ['on run argv', 'display notification (item 2 of argv) with title (item 1 of argv)', 'end run'];
  const notice: [string, ...string[]] = ['osascript', ...script.flatMap((line) => ['-e', line]), title, text];
  return user ? ['launchctl', 'asuser', user.uid, 'sudo', '-u', user.name, ...notice] : notice;
}
