import { access } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { installedFolder } from '../data-folder/data-folder.ts';
import { readEnrolment } from '../enrolment/enrolment-file.ts';
import { platformVault } from '../passwords/platform-vault.ts';
import type { AppInstaller } from './app-installer.ts';
import { findElevation } from './elevation.ts';
import { SelfInstaller } from './self-installer.ts';

export interface UnixAppInstallerOptions {
  /** Where the customer app was unpacked; undefined where this program is none. */
  readonly unpacked: string | undefined;
  /** The folder that stands for `/`; empty for the computer's own. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is said where nothing was unpacked. */
  readonly notUnpacked: string;
}

/** By the script that the customer app brings along. */
export function unixAppInstaller({ unpacked, root, env, notUnpacked }: UnixAppInstallerOptions): AppInstaller {
  const installer = unpacked === undefined ? undefined : new SelfInstaller({ unpacked, root, env });
  const missing = (): LatchkeyError => new LatchkeyError('setUp.installFailed', { reason: notUnpacked });
  return {
    vault: platformVault(installedFolder(root)),
    async obstacle() {
      if (!installer) return missing();
      if (!(await installer.mayInstall()) && !(await findElevation(env))) return new LatchkeyError('setUp.notElevated');
      return alreadySetUp(root);
    },
    install: (hub, token, signal) => installer?.install(hub, token, signal) ?? Promise.reject(missing()),
  };
}

/** As far as this account may know; the script that installs looks again. */
export async function alreadySetUp(root: string): Promise<LatchkeyError | undefined> {
  const { enrolmentFile } = installedFolder(root);
  const readable = await access(enrolmentFile).then(
    () => true,
    () => false,
  );
  if (!readable) return undefined;
  const enrolment = await readEnrolment(enrolmentFile).catch(() => undefined);
  return new LatchkeyError('setUp.alreadySetUp', { device: enrolment?.standing.device ?? '?' });
}
