import { PortalApp } from '../customer-app/portal-app.ts';
import { desktopUser } from '../customer-page/desktop-user.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import { removeOrphan } from '../set-up/unpacked-app.ts';
import { openAppPage } from './app-page.ts';
import { appParts, type AppOptions } from './app-parts.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';

/**
 * Sets this computer up, with a technician and the customer before it.
 * @throws LatchkeyError `customerApp.tampered`, or why it failed
 */
export async function portalCommand(options: AppOptions, io: EndpointIo): Promise<void> {
  const localizer = endpointTexts(io.localizer.language);
  const { invitation, installer, unpacked } = await appParts('portal', options, localizer, io);
  await installer.prepare?.(io.signal);
  const user = await desktopUser(io.env);
  const app = new PortalApp({
    invitation,
    facts: options.facts ?? new ComputerFacts(),
    vault: options.vault ?? installer.vault,
    account: user.name,
    obstacle: () => installer.obstacle(),
    install: (hub, token, signal) => installer.install(hub, token, signal),
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
      shower: options.pageShower,
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
    await installer.dispose?.();
    await removeOrphan(unpacked);
  }
}
