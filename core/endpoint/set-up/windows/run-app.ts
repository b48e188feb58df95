import { LatchkeyError, exitCodeOf } from '#protocol/errors.ts';
import type { CustomerAppConfig } from '#protocol/customer-app.ts';
import { attendCommand } from '../../commands/attend-command.ts';
import { endpointTexts, type EndpointIo } from '../../commands/endpoint-io.ts';
import { portalCommand } from '../../commands/portal-command.ts';
import { desktopUser } from '../../customer-page/desktop-user.ts';
import { distantShower, ownShower } from '../../customer-page/page-shower.ts';
import type { Overlay } from '../../program/overlay.ts';
import { isElevated } from '../../windows/file-security.ts';
import { showMessage } from '../../windows/message-box.ts';
import { isShowerPipe, runWithRights } from './run-with-rights.ts';

/** Behind the program's name: where its pages are shown, by the program that has started this one. */
export const showerFlag = '--shower';

/**
 * What a double click on a downloaded customer app does. The portal's asks for an administrator's rights first; a session's runs
 * as the customer, and has them asked for only to install.
 * @param file the program that runs
 * @returns the exit code
 */
export async function runApp(
  purpose: CustomerAppConfig['purpose'],
  file: string,
  { config, programSize }: Overlay,
  args: readonly string[],
  io: EndpointIo,
): Promise<number> {
  const localizer = endpointTexts(io.localizer.language);
  try {
    if (purpose === 'portal' && !isElevated()) {
      const code = await runWithRights([], ownShower(await desktopUser(io.env), io.env), io.note);
      if (code === undefined) throw new LatchkeyError('setUp.notElevated');
      return code;
    }
    const path = args[0] === showerFlag ? (args[1] ?? '') : undefined;
    if (path !== undefined && !isShowerPipe(path)) return 2;
    const distant = path === undefined ? undefined : await distantShower(path);
    try {
      const run = purpose === 'portal' ? portalCommand : attendCommand;
      await run({ carried: { file, config, programSize }, pageShower: distant }, io);
      return 0;
    } finally {
      distant?.close();
    }
  } catch (error) {
    const text =
      error instanceof LatchkeyError
        ? localizer.t(error.code, error.args)
        : localizer.t('unexpected', { message: (error as Error).message });
    io.note(text);
    await showMessage(localizer.t('install.title'), text, 'error');
    return exitCodeOf(error);
  }
}
