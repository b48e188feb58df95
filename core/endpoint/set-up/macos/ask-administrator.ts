import { spawn } from 'node:child_process';

/** How a program ended that was to run as root: `declined` where nobody gave an administrator's name and password. */
export type RootOutcome =
  | { readonly how: 'done' | 'declined' }
  | { readonly how: 'failed'; /** The system's words. */ readonly reason: string };

/*
 * All words are arguments, which AppleScript quotes for the shell, and never part of the script: no path can become a command.
 * ("do shell script", "quoted form of": AppleScript Language Guide; arguments of `run`: osascript(1).)
 */
const appleScript = [
  'on run argv',
  'set theWords to ""',
  'repeat with n from 2 to count of argv',
  'set theWords to theWords & quoted form of (item n of argv) & " "',
  'end repeat',
  'do shell script theWords with prompt (item 1 of argv) with administrator privileges',
  'end run',
];

/** The command that has macOS ask. @param prompt what is said of it in the dialog */
export const administratorCommand = (command: readonly string[], prompt: string): [string, ...string[]] => [
  'osascript',
  ...appleScript.flatMap((line) => ['-e', line]),
  prompt,
  ...command,
];

/**
 * Runs a program as root, once an administrator has given name and password in macOS's own dialog.
 * @param command by its full path: root has few folders to look in
 * @param signal takes the question back; what runs already goes on
 */
export function runAsAdministrator(
  command: readonly string[],
  prompt: string,
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<RootOutcome> {
  const [program, ...args] = administratorCommand(command, prompt);
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: '/', env: { ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    const stop = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    let said = '';
    child.stderr.on('data', (text) => (said = `${said}${text}`.slice(-4096)));
    const end = (code: number | null, reason = said.trim().split('\n').at(-1) ?? ''): void => {
      signal?.removeEventListener('abort', stop);
      if (code === 0) resolve({ how: 'done' });
      // `userCanceledErr`; the words before it are in the system's language.
      else if (/\(-128\)\s*$/.test(said) || signal?.aborted) resolve({ how: 'declined' });
      else resolve({ how: 'failed', reason: reason.slice(0, 200) || `osascript: ${code}` });
    };
    child.once('error', (error) => end(null, error.message));
    child.once('close', (code) => end(code));
  });
}
