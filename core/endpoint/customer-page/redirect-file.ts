import { execFile, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asUser, type DesktopUser } from './desktop-user.ts';
import { writeWindowsRedirect } from './windows/windows-redirect.ts';

/** A file that takes a browser to an address which nobody else is to see. */
export interface RedirectFile {
  readonly path: string;
  /** Deletes it, and its folder. */
  remove(): Promise<void>;
}

/*
 * What runs as the account whose file it is: this program may be root, and a folder that somebody else owns is no place
 * where root should write or delete. The name is not hidden: browsers in a snap see no hidden ones in the home folder.
 */
const writing =
  'umask 077 && folder=$(mktemp -d "$1/latchkey-XXXXXX") && cat >"$folder/latchkey.html" && printf %s "$folder"';
const removing = 'rm -f "$1/latchkey.html" && rmdir "$1"';

/**
 * Writes the file into a folder of its own in the home folder, else in the one for temporary files, for that account alone.
 * On Windows it is this program's account: where that is another than the customer's, a program of theirs writes the file.
 * @throws Error where neither can be written
 */
export async function writeRedirectFile(address: string, user: DesktopUser): Promise<RedirectFile> {
  const page = `<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <meta name="referrer" content="no-referrer" />
    <meta http-equiv="refresh" content="0;url=${address}" />
    <title>Latchkey</title>
  </head>
  <body>
    <a href="${address}" rel="noreferrer">Latchkey</a>
  </body>
</html>
`;
  if (process.platform === 'win32') return writeWindowsRedirect(page);
  let problem: unknown;
  for (const place of [user.home, tmpdir()]) {
    try {
      const folder = await shell(writing, place, user, page);
      return {
        path: join(folder, 'latchkey.html'),
        remove: () =>
          shell(removing, folder, user).then(
            () => {},
            () => {},
          ),
      };
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** Runs a script with one argument; what is secret comes by standard input, which no list of processes shows. */
function shell(script: string, argument: string, user: DesktopUser, input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      ...asUser(user),
      cwd: '/',
      timeout: 10_000,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    };
    const child: ReturnType<typeof spawn> = execFile(
      '/bin/sh',
      ['-c', script, 'sh', argument],
      options,
      (error, out) => (error ? reject(error) : resolve(out)),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
