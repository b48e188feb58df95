import './main.css';
import { Container } from 'inversify';
import frameScript from 'latchkey:frame-bootstrap';
import { distinctUntilChanged, map } from 'rxjs';
import { browserPlatform } from '#core/extension-host/browser/browser-platform.ts';
import { FrameRunner } from '#core/extension-host/browser/frame-runner.ts';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import { extensionHostModule } from '#core/extension-host/extension-host.module.ts';
import { BrowserSocketOpener } from '#core/workbench/connection/browser-socket-opener.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ExtensionContributions } from '#core/workbench/extensions/extension-contributions.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { ThemeService } from '#core/workbench/themes/theme-service.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { provideServices } from '#webview/base/services.ts';
import { askProof } from './accounts/account-proof-dialog.ts';
import { confirm } from './dialogs/confirm-dialog.ts';
import './layout/workbench.ts';
import { keyValueStorage, replicaStorage, workbenchStorage } from './machine.ts';
import { registerPages } from './pages/register-pages.ts';
import { registerDeviceView } from './shell/device-view.ts';
import { followLanguage, pickLanguage } from './shell/language.ts';
import { registerQuickAccess } from './shell/quick-access-providers.ts';
import { registerShellCommands } from './shell/shell-commands.ts';
import { showTheme } from '../themes/show-theme.ts';

const container = new Container();
const runner = new FrameRunner({
  frameScript,
  workerBootstrap: async () => (await import('latchkey:worker-bootstrap')).default,
});
container.load(
  ...workbenchModules({
    opener: new BrowserSocketOpener(location.origin),
    replicaStorage,
    storage: keyValueStorage,
    platform: { mac: /Mac|iPhone|iPad/.test(navigator.platform) },
    confirm,
  }),
  extensionHostModule(runner, browserPlatform(confirm, askProof)),
);
provideServices(container);

const connection = container.get(HubConnection);
container.get(ThemeService).theme$.subscribe((theme) => {
  showTheme(theme);
  workbenchStorage.set('theme', theme);
});
await followLanguage();

registerDeviceView();
registerShellCommands();
registerPages();
registerQuickAccess();

container.get(DeviceReplica).start();
// Read since the page began: drawn with the rest, not after it. A browser that hesitates is not waited for.
await Promise.race([container.get(DeviceReplica).whenOpened(), new Promise((resolve) => setTimeout(resolve, 200))]);
connection.start();

connection.status$
  .pipe(
    map(({ state }) => state === 'signedOut'),
    distinctUntilChanged(),
  )
  .subscribe((signedOut) => void show(signedOut));

/** What is cached is shown before the hub has answered; who turns out to be signed out is asked to sign in. */
async function show(signedOut: boolean): Promise<void> {
  const tag = signedOut ? 'lk-sign-in' : 'lk-workbench';
  if (signedOut) await import('./accounts/sign-in.ts');
  if (document.body.querySelector(tag)) return;
  document.body.querySelector('#outline, lk-sign-in, lk-workbench')?.remove();
  const element = document.createElement(tag);
  if (signedOut) {
    element.addEventListener('signed-in', () => connection.retry());
    element.addEventListener('language-changed', (event) => pickLanguage((event as CustomEvent).detail));
  } else {
    const editors = container.get(EditorService);
    if (editors.openTabs.length === 0) editors.restore();
    welcomeOnce();
  }
  document.body.append(element);
}

/** Whoever comes for the first time on this machine is shown where to start. */
function welcomeOnce(): void {
  if (workbenchStorage.get('welcome.shown')) return;
  workbenchStorage.set('welcome.shown', true);
  void container.get(CommandService).runAndReport('workbench.showWelcome', undefined, { source: 'api' });
}

/** Once the workbench is on the screen: what extensions add to it comes a moment later. */
function startExtensions(): void {
  container.get(ExtensionHost).start();
  container.get(ExtensionContributions).start();
  container.get(ExtensionRegistry).start();
  requestIdleCallback(() => container.get(ExtensionHost).finishStartup());
}
if (document.hidden) startExtensions();
else requestAnimationFrame(() => setTimeout(startExtensions));
