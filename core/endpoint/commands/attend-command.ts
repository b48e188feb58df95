import { platformAccounts } from '../accounts/platform-accounts.ts';
import type { AttendTimings } from '../connection/attend-connection.ts';
import { AttendApp } from '../customer-app/attend-app.ts';
import { findInstalledAccess } from '../customer-app/find-installed-access.ts';
import { desktopUser } from '../customer-page/desktop-user.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import { removeOrphan } from '../set-up/unpacked-app.ts';
import { openAppPage } from './app-page.ts';
import { appParts, type AppOptions } from './app-parts.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';

export interface AttendOptions extends AppOptions {
  /** For tests. */
  readonly timings?: Partial<AttendTimings>;
}

/**
 * Takes part in one attended session, until either side ends it.
 * @throws LatchkeyError `customerApp.tampered`, why the hub did not let it in, or that the connection was lost for too long
 */
export async function attendCommand(options: AttendOptions, io: EndpointIo): Promise<void> {
  const localizer = endpointTexts(io.localizer.language);
  const { invitation, installer, unpacked } = await appParts('attend', options, localizer, io);
  const user = await desktopUser(io.env);
  const app = new AttendApp({
    invitation,
    facts: options.facts ?? new ComputerFacts(),
    accounts: platformAccounts(),
    vault: options.vault ?? installer.vault,
    account: user.name,
    install: (hub, token, signal) => installer.install(hub, token, signal),
    installed: findInstalledAccess(options.root ?? ''),
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
      shower: options.pageShower,
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
    await installer.dispose?.();
    await removeOrphan(unpacked);
  }
}
