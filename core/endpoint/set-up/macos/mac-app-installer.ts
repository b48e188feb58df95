import { LatchkeyError } from '#protocol/errors.ts';
import type { Localizer } from '#core/base/l10n/localizer.ts';
import { runProgram } from '../../facts/run-program.ts';
import { programCommand } from '../../program/single-program.ts';
import type { AppInstaller } from '../app-installer.ts';
import { alreadySetUp, unixAppInstaller, type UnixAppInstallerOptions } from '../unix-app-installer.ts';
import { runAsAdministrator } from './ask-administrator.ts';
import { RootInstaller, type RunAsRoot } from './root-installer.ts';

export interface MacAppInstallerOptions extends UnixAppInstallerOptions {
  readonly localizer: Localizer;
  /** Tells whoever has opened the app. */
  readonly note: (text: string) => void;
  /** For tests. */
  readonly runAsRoot?: RunAsRoot;
  readonly program?: readonly string[];
}

/**
 * Has macOS ask for an administrator's name and password, and what installs run as root alone. Where there is no screen, in a
 * terminal from elsewhere, it is done as on Linux, by `sudo`.
 */
export async function macAppInstaller(options: MacAppInstallerOptions): Promise<AppInstaller> {
  const { unpacked, root, env, localizer, note, program = programCommand() } = options;
  const plain = unixAppInstaller(options);
  const isRoot = process.getuid?.() === 0;
  if (unpacked === undefined || root || (isRoot && !options.runAsRoot) || !(await hasScreen())) return plain;
  const ask: RunAsRoot = (command, signal) => {
    // Root's environment has no language.
    const language = `LANG=${env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'C'}`;
    return runAsAdministrator(['/usr/bin/env', language, ...command], localizer.t('app.mac.prompt'), env, signal);
  };
  let installer: RootInstaller | undefined;
  const elevate = async (signal?: AbortSignal): Promise<RootInstaller> => {
    if (installer?.isThere) return installer;
    await installer?.close();
    note(localizer.t('app.mac.asking'));
    try {
      return (installer = await RootInstaller.start(unpacked, program, options.runAsRoot ?? ask, signal));
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === 'setUp.notElevated') note(localizer.t('app.mac.declined'));
      throw error;
    }
  };
  return {
    vault: plain.vault,
    async prepare(signal) {
      await elevate(signal);
    },
    // As far as this account may know, where nobody has given the rights yet.
    obstacle: () => (installer?.isThere ? installer.obstacle() : alreadySetUp(root)),
    async install(hub, token, signal) {
      const own = await elevate(signal);
      try {
        await own.install(hub, token, signal);
      } catch (error) {
        // It was killed, and undoes nothing any more: whoever installs next does.
        if (!(error instanceof LatchkeyError) || error.code !== 'rpc.closed') throw error;
        throw new LatchkeyError('setUp.installFailed', { reason: 'installer' }, { cause: error });
      }
    },
    async dispose() {
      await installer?.close();
      installer = undefined;
    },
  };
}

/** Whether this runs in the session of somebody who sits at the screen, as `launchctl` calls it. */
const hasScreen = async (): Promise<boolean> => (await runProgram('launchctl', ['managername']))?.trim() === 'Aqua';
