import type { Activate, Latchkey, PortalAppearance } from '../../protocol/api/index.ts';
import { portalPage } from './portal-page.ts';

/** Left out: stays as it is. Empty: the standard. */
interface AppearanceArguments {
  readonly name?: string;
  readonly message?: string;
  readonly color?: string;
  readonly logo?: string;
}

export const activate: Activate = (latchkey) => {
  const { commands, l10n, subscriptions } = latchkey;
  const background = (work: Promise<unknown>): void =>
    void work.catch((error: Error) => latchkey.log.warn(error.message));
  subscriptions.push(
    commands.register('portal.copyLink', () => copyLink(latchkey)),
    commands.register('portal.show', async () => {
      const portal = await latchkey.portal.get();
      await latchkey.window.openPage(portalPage(l10n, portal));
      return { link: portal.link, joinLink: portal.joinLink };
    }),
    commands.register<AppearanceArguments>('portal.setAppearance', (args) => setAppearance(latchkey, args)),
    l10n.onDidChange(() => background(refresh(latchkey))),
  );
};

async function copyLink({ portal, window, environment, l10n }: Latchkey): Promise<{ link: string }> {
  const { link } = await portal.get();
  if (environment.kind === 'browser') {
    await window.writeClipboard(link);
    await window.showInformation(l10n.t('copyLink.copied', { link }));
  }
  return { link };
}

/** Without arguments, in the workbench, the form is what was asked for. */
async function setAppearance(latchkey: Latchkey, args: AppearanceArguments): Promise<PortalAppearance> {
  const { portal, window, environment, l10n } = latchkey;
  const before = await portal.get();
  const asked = Object.keys(args).length === 0;
  if (asked) {
    if (environment.kind === 'browser') await window.openPage(portalPage(l10n, before));
    return before.appearance;
  }
  const { name, message, color, logo } = { ...before.appearance, ...args };
  const appearance = await portal.setAppearance({ name, message, logo, color: color || null });
  await window.updatePage(portalPage(l10n, { ...before, appearance }));
  if (environment.kind === 'browser') await window.showInformation(l10n.t('appearance.saved'));
  return appearance;
}

async function refresh({ portal, window, l10n }: Latchkey): Promise<void> {
  await window.updatePage(portalPage(l10n, await portal.get()));
}
