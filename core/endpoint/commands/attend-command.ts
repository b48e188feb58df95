import { LatchkeyError } from '#protocol/errors.ts';
import { platformAccounts } from '../accounts/platform-accounts.ts';
import type { AttendTimings } from '../connection/attend-connection.ts';
import { readAppConfig } from '../customer-app/app-config-file.ts';
import { AttendApp } from '../customer-app/attend-app.ts';
import { findInstalledAccess } from '../customer-app/find-installed-access.ts';
import { desktopUser } from '../customer-page/desktop-user.ts';
import { installedFolder } from '../data-folder/data-folder.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import { platformVault } from '../passwords/platform-vault.ts';
import { SelfInstaller } from '../set-up/self-installer.ts';
import { removeOrphan, unpackedApp } from '../set-up/unpacked-app.ts';
import { openAppPage } from './app-page.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';

export interface AppOptions {
  /** What the downloaded app carries. */
  readonly config?: string | undefined;
  /** The folder that stands for `/` where something is installed. */
  readonly root?: string | undefined;
  /** For tests. */
  readonly timings?: Partial<AttendTimings>;
  readonly facts?: FactsSource;
  readonly vault?: PasswordVault;
  readonly page?: string;
  readonly pageGrace?: number;
}

/**
 * Takes part in one attended session, until either side ends it.
 * @throws LatchkeyError `customerApp.tampered`, why the hub did not let it in, or that the connection was lost for too long
 */
export async function attendCommand(options: AppOptions, io: EndpointIo): Promise<void> {
  const localizer = endpointTexts(io.localizer.language);
  if (!options.config)
    throw new LatchkeyError('cli.usage', { problem: localizer.t('app.what', { command: 'attend' }) });
  const invitation = await readAppConfig(options.config, 'attend');
  const user = await desktopUser(io.env);
  const unpacked = await unpackedApp();
  const root = options.root ?? '';
  const app = new AttendApp({
    invitation,
    facts: options.facts ?? new ComputerFacts(),
    accounts: platformAccounts(),
    vault: options.vault ?? platformVault(installedFolder(root)),
    account: user.name,
    install: (hub, token, signal) => {
      if (!unpacked) throw new LatchkeyError('setUp.installFailed', { reason: localizer.t('app.notUnpacked') });
      return new SelfInstaller({ unpacked, root, env: io.env }).install(hub, token, signal);
    },
    installed: findInstalledAccess(root),
    onProblem: io.note,
    ...(options.timings && { timings: options.timings }),
  });
  const page = await openAppPage(
    {
      app,
      user,
      localizer,
      onProblem: io.note,
      // A session never goes on where nobody sees it; a question is left to whoever asked.
      onGivenUp: () => {
        if (process.stdin.isTTY) io.note(localizer.t('app.attend.pageClosed'));
        else if (!app.dialog.isOpen) app.leave();
      },
      folder: options.page,
      grace: options.pageGrace,
    },
    io,
  );
  app.dialog.question$.subscribe((asked) => {
    if (asked?.problem === null) void page.keeper.need();
  });
  const leave = (): void => app.leave();
  io.signal.addEventListener('abort', leave);
  if (io.signal.aborted) leave();
  let told = '';
  app.state$.subscribe(({ connection, sessions, ended }) => {
    if (ended) return;
    const technicians = sessions.flatMap((session) => session.technicians.map(({ name }) => name)).join(', ');
    const line = technicians
      ? localizer.t('app.attend.there', { technicians })
      : localizer.t(`app.attend.${connection}`, { hub: invitation.hub.address });
    if (line !== told) io.note((told = line));
  });
  try {
    const { reason, error } = await app.run();
    if (error) throw error;
    io.result({ ended: reason }, localizer.t('app.attend.ended', { reason }));
  } finally {
    io.signal.removeEventListener('abort', leave);
    await page.close();
    await removeOrphan(unpacked);
  }
}
