// The page's first script: small, so that it runs while the workbench itself is still being loaded. Whoever was here
// before sees the workbench's outline at once, and the devices and the texts are read meanwhile.
import { replicaOwnerKey } from '#core/workbench/devices/replica-storage.ts';
import type { Layout } from '#core/workbench/layout/layout-service.ts';
import type { ThemeId } from '#core/workbench/themes/theme-service.ts';
import { afterFrame } from '../base/after-frame.ts';
import { catalogues } from '../base/catalogues.ts';
import { showTheme } from '../themes/show-theme.ts';
import { replicaStorage, workbenchStorage } from './machine.ts';
import { keptLanguage } from './shell/kept-language.ts';

showTheme(workbenchStorage.get<ThemeId>('theme') ?? 'auto');
const owner = workbenchStorage.get<string>(replicaOwnerKey);
if (owner !== undefined) {
  replicaStorage.begin(owner);
  const outline = document.getElementById('outline')!;
  const layout = workbenchStorage.get<Layout>('layout');
  if (layout) outline.style.setProperty('--side-bar', layout.sideBarVisible ? `${layout.sideBarWidth}px` : '0');
  outline.hidden = false;
}
void catalogues[keptLanguage(workbenchStorage, 'language.shown')]();

// Once the outline is on the screen: the workbench keeps the browser busy for longer than a frame.
const startWorkbench = (): void => {
  const script = document.createElement('script');
  script.src = document.querySelector<HTMLLinkElement>('link[rel=preload]')!.href;
  document.head.append(script);
};
void afterFrame().then(startWorkbench);
