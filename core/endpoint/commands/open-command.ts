import { spawn, type ChildProcess } from 'node:child_process';
import { LatchkeyError } from '#protocol/errors.ts';
import { connectToControl } from '../control/control-client.ts';
import { controlRequests } from '../control/control-requests.ts';
import { desktopUser, type DesktopUser } from '../customer-page/desktop-user.ts';
import { openBrowser } from '../customer-page/open-browser.ts';
import { writeRedirectFile } from '../customer-page/redirect-file.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import { programCommand } from '../program/single-program.ts';
import { findElevation } from '../set-up/elevation.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder } from './join-command.ts';

interface Options {
  readonly data?: string | undefined;
  /** Says the address to the program that asks, in the place of opening it: what runs so is root, the browser is not. */
  readonly grant?: boolean;
}

interface GrantedPage {
  readonly address: string;
  /** Resolves once a browser has used the address, or it serves no longer. */
  readonly opened: Promise<unknown>;
}

/**
 * Opens the page of the endpoint that runs here. Where this account may not speak to it, whoever sits there is asked for an
 * administrator's rights.
 * @throws LatchkeyError `customerApp.notRunning`, `endpoint.needsRoot`, `customerPage.noBrowser`
 */
export async function openCommand(options: Options, io: EndpointIo): Promise<void> {
  const folder = await chooseFolder(options.data, io.env);
  const user = await desktopUser(io.env);
  const page = await grantedPage(folder, user, options.grant === true, io);
  if (options.grant) {
    io.result({ address: page.address }, page.address);
    await page.opened;
    return;
  }
  const localizer = endpointTexts(io.localizer.language);
  const redirect = await writeRedirectFile(page.address, user);
  try {
    const shown = await openBrowser(`file://${encodeURI(redirect.path)}`, user, io.env);
    io.note(localizer.t(shown ? 'app.opened' : 'app.openFile', { file: redirect.path }));
    await page.opened;
  } finally {
    await redirect.remove();
  }
}

async function grantedPage(folder: DataFolder, user: DesktopUser, last: boolean, io: EndpointIo): Promise<GrantedPage> {
  try {
    const { rpc, close } = await connectToControl(folder.controlSocket);
    const { address } = await rpc.request(controlRequests.openPage, { user: user.uid ?? null });
    const opened = rpc.request(controlRequests.pageOpened, {}, { timeout: 0 });
    return { address, opened: opened.catch(() => {}).finally(close) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      if (last) throw new LatchkeyError('endpoint.needsRoot');
      return grantedAsRoot(folder, io);
    }
    if (error instanceof LatchkeyError && error.code !== 'rpc.closed') throw error;
    throw new LatchkeyError('customerApp.notRunning', { folder: folder.path }, { cause: error });
  }
}

/** The address comes by a pipe: it is in no list of processes. */
async function grantedAsRoot(folder: DataFolder, io: EndpointIo): Promise<GrantedPage> {
  const elevation = await findElevation(io.env);
  if (!elevation || elevation.length === 0) throw new LatchkeyError('endpoint.needsRoot');
  const own = [...programCommand(), 'open', '--grant', '--data', folder.path];
  const [program = '', ...args] = [...elevation, ...own];
  const child = spawn(program, args, { stdio: ['inherit', 'pipe', 'inherit'], cwd: '/' });
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  return { address: await firstLine(child, ended), opened: ended };
}

function firstLine(child: ChildProcess, ended: Promise<unknown>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data) => {
      text += String(data);
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
    void ended.then(() => reject(new LatchkeyError('endpoint.needsRoot')));
  });
}
