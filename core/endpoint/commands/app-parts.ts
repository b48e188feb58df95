import type { Localizer } from '#core/base/l10n/localizer.ts';
import type { CustomerAppConfig } from '#protocol/customer-app.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { parseAppConfig, readAppConfig, type AppInvitation } from '../customer-app/app-config-file.ts';
import type { PageShower } from '../customer-page/page-shower.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import type { AppInstaller } from '../set-up/app-installer.ts';
import { macAppInstaller } from '../set-up/macos/mac-app-installer.ts';
import { unixAppInstaller } from '../set-up/unix-app-installer.ts';
import { unpackedApp } from '../set-up/unpacked-app.ts';
import { windowsAppInstaller } from '../set-up/windows/app-installer.ts';
import type { EndpointIo } from './endpoint-io.ts';

export interface AppOptions {
  /** What the downloaded app carries. */
  readonly config?: string | undefined;
  /** Windows: the program that runs is the app, with what stands behind it, and how long it is without that. */
  readonly carried?: { readonly file: string; readonly config: string; readonly programSize: number };
  /** What brings the page to the customer, where this program does not. */
  readonly pageShower?: PageShower | undefined;
  /** The folder that stands for `/` where something is installed. */
  readonly root?: string | undefined;
  /** For tests. */
  readonly facts?: FactsSource;
  readonly vault?: PasswordVault;
  readonly page?: string;
  readonly pageGrace?: number;
}

export interface AppParts {
  readonly invitation: AppInvitation;
  readonly installer: AppInstaller;
  /** Where the app was unpacked. */
  readonly unpacked: string | undefined;
}

/**
 * What a customer app is made of on this system.
 * @throws LatchkeyError `cli.usage`, `file.unreadable`, `customerApp.tampered`
 */
export async function appParts(
  purpose: CustomerAppConfig['purpose'],
  { config, carried, root = '' }: AppOptions,
  localizer: Localizer,
  { env, note }: Pick<EndpointIo, 'env' | 'note'>,
): Promise<AppParts> {
  if (carried) {
    const invitation = parseAppConfig(carried.config, carried.file, purpose);
    const installer = windowsAppInstaller(carried.programSize, localizer.t('install.service'));
    return { invitation, installer, unpacked: undefined };
  }
  if (!config) throw new LatchkeyError('cli.usage', { problem: localizer.t('app.what', { command: purpose }) });
  const invitation = await readAppConfig(config, purpose);
  const unpacked = await unpackedApp();
  const notUnpacked = localizer.t('app.notUnpacked');
  const own = { unpacked, root, env, notUnpacked };
  const isMac = process.platform === 'darwin';
  const installer = isMac ? await macAppInstaller({ ...own, localizer, note }) : unixAppInstaller(own);
  return { invitation, installer, unpacked };
}
