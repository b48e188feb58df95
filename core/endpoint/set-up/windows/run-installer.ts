import { LatchkeyError, exitCodeOf } from '#protocol/errors.ts';
import { version } from '#core/base/version.ts';
import type { EndpointIo } from '../../commands/endpoint-io.ts';
import { endpointTexts } from '../../commands/endpoint-io.ts';
import { invitationFromText } from '../../enrolment/invitation.ts';
import type { Overlay } from '../../program/overlay.ts';
import { isElevated } from '../../windows/file-security.ts';
import { showMessage } from '../../windows/message-box.ts';
import { runElevated } from '../../windows/run-elevated.ts';
import { installProgram } from './install-program.ts';

/** ERROR_ELEVATION_REQUIRED, ERROR_CANCELLED (winerror.h): what software distribution understands. */
const exitCodes = { elevationRequired: 740, declined: 1223 } as const;

/**
 * What a double click on a downloaded installer does. `/S` shows nothing and asks nothing: the exit code tells, 0 where it is
 * installed.
 * @param file the executable
 * @returns the exit code
 */
export async function runInstaller(
  file: string,
  overlay: Overlay,
  args: readonly string[],
  io: EndpointIo,
): Promise<number> {
  const silent = args.some((arg) => /^\/(s|silent|q|quiet)$/i.test(arg));
  const localizer = endpointTexts(io.localizer.language);
  const title = localizer.t('install.title');
  try {
    const invitation = invitationFromText(overlay.config, file);
    if (!isElevated()) {
      if (silent) return exitCodes.elevationRequired;
      return (await runElevated(file, args)) ?? exitCodes.declined;
    }
    const { enrolment, upgraded } = await installProgram({
      program: { file, size: overlay.programSize },
      format: 'exe',
      config: overlay.config.trim(),
      invitation,
      description: localizer.t('install.service'),
      signal: io.signal,
    });
    const { hub } = invitation;
    const key = !enrolment ? 'install.hubAway' : upgraded ? 'install.upgraded' : 'install.done';
    const group = enrolment?.standing.group ?? '';
    const waits = enrolment?.standing.state === 'waiting' ? `\n\n${localizer.t('install.waiting')}` : '';
    const text = `${localizer.t(key, { hub: hub.address, group, version })}${waits}`;
    io.result({ installed: true, upgraded, joined: enrolment !== undefined }, text);
    if (!silent) await showMessage(title, text);
    return 0;
  } catch (error) {
    const text =
      error instanceof LatchkeyError
        ? localizer.t(error.code, error.args)
        : localizer.t('unexpected', { message: (error as Error).message });
    io.note(text);
    if (!silent) await showMessage(title, text, 'error');
    return exitCodeOf(error);
  }
}
