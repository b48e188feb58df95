import { access } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { readAppConfig } from '../customer-app/app-config-file.ts';
import { PortalApp } from '../customer-app/portal-app.ts';
import { desktopUser } from '../customer-page/desktop-user.ts';
import { installedFolder } from '../data-folder/data-folder.ts';
import { readEnrolment } from '../enrolment/enrolment-file.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import { platformVault } from '../passwords/platform-vault.ts';
import { findElevation } from '../set-up/elevation.ts';
import { SelfInstaller } from '../set-up/self-installer.ts';
import { removeOrphan, unpackedApp } from '../set-up/unpacked-app.ts';
import { openAppPage } from './app-page.ts';
import type { AppOptions } from './attend-command.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';

/**
 * Sets this computer up, with a technician and the customer before it.
 * @throws LatchkeyError `customerApp.tampered`, or why it failed
 */
export async function portalCommand(options: AppOptions, io: EndpointIo): Promise<void> {
  const localizer = endpointTexts(io.localizer.language);
  if (!options.config)
    throw new LatchkeyError('cli.usage', { problem: localizer.t('app.what', { command: 'portal' }) });
  const invitation = await readAppConfig(options.config, 'portal');
  const user = await desktopUser(io.env);
  const unpacked = await unpackedApp();
  const root = options.root ?? '';
  const installer = unpacked === undefined ? undefined : new SelfInstaller({ unpacked, root, env: io.env });
  const app = new PortalApp({
    invitation,
    facts: options.facts ?? new ComputerFacts(),
    vault: options.vault ?? platformVault(installedFolder(root)),
    account: user.name,
    async obstacle() {
      if (!installer) return new LatchkeyError('setUp.installFailed', { reason: localizer.t('app.notUnpacked') });
      if (!(await installer.mayInstall()) && !(await findElevation(io.env)))
        return new LatchkeyError('setUp.notElevated');
      return alreadySetUp(root);
    },
    install: (hub, token, signal) => installer?.install(hub, token, signal) ?? Promise.resolve(),
    onProblem: io.note,
  });
  const page = await openAppPage(
    {
      app,
      user,
      localizer,
      onProblem: io.note,
      onGivenUp: () => void app.close(),
      isOver: () => app.isOver,
      folder: options.page,
      grace: options.pageGrace,
    },
    io,
  );
  app.dialog.question$.subscribe((asked) => {
    if (asked?.problem === null) void page.keeper.need();
  });
  const close = (): void => void app.close();
  io.signal.addEventListener('abort', close);
  if (io.signal.aborted) close();
  try {
    const { outcome, error } = await app.run();
    if (error) throw error;
    io.result({ outcome }, localizer.t('app.portal.ended', { outcome }));
  } finally {
    io.signal.removeEventListener('abort', close);
    await page.close();
    await removeOrphan(unpacked);
  }
}

/** As far as this account may know; the script that installs looks again. */
async function alreadySetUp(root: string): Promise<LatchkeyError | undefined> {
  const { enrolmentFile } = installedFolder(root);
  const readable = await access(enrolmentFile).then(
    () => true,
    () => false,
  );
  if (!readable) return undefined;
  const enrolment = await readEnrolment(enrolmentFile).catch(() => undefined);
  return new LatchkeyError('setUp.alreadySetUp', { device: enrolment?.standing.device ?? '?' });
}
