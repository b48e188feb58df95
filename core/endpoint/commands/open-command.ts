import { spawn, type ChildProcess } from 'node:child_process';
import { LatchkeyError } from '#protocol/errors.ts';
import { connectToControl } from '../control/control-client.ts';
import { controlRequests } from '../control/control-requests.ts';
import { desktopUser, type DesktopUser } from '../customer-page/desktop-user.ts';
import { distantShower, ownShower } from '../customer-page/page-shower.ts';
import { defaultDataFolder, type DataFolder } from '../data-folder/data-folder.ts';
import { programCommand } from '../program/single-program.ts';
import { findElevation } from '../set-up/elevation.ts';
import { runWithRights } from '../set-up/windows/run-with-rights.ts';
import { isElevated } from '../windows/file-security.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder } from './join-command.ts';

interface Options {
  readonly data?: string | undefined;
  /** Says the address to the program that asks, in the place of opening it: what runs so is root, the browser is not. */
  readonly grant?: boolean;
  /** Windows: where the program that has started this one, with other rights, shows pages. */
  readonly shower?: string | undefined;
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
  if (process.platform === 'win32' && folder.path === defaultDataFolder() && !isElevated())
    return openWithRights(user, io);
  const page = await grantedPage(folder, user, options.grant === true, io);
  if (options.grant) {
    io.result({ address: page.address }, page.address);
    await page.opened;
    return;
  }
  const distant = options.shower === undefined ? undefined : await distantShower(options.shower);
  const shower = distant ?? ownShower(user, io.env);
  try {
    const { file, shown } = await shower.show(page.address);
    io.note(endpointTexts(io.localizer.language).t(shown ? 'app.opened' : 'app.openFile', { file }));
    await page.opened;
  } finally {
    await shower.discard();
    distant?.close();
  }
}

/** On Windows it is for administrators to look at, who have their rights when Windows was told so. */
async function openWithRights(user: DesktopUser, io: EndpointIo): Promise<void> {
  // What went wrong there was shown there.
  const code = await runWithRights(['open', '--window'], ownShower(user, io.env), io.note);
  if (code === undefined) throw new LatchkeyError('endpoint.needsRoot');
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
