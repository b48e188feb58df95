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
import { IndexedDbReplicaStorage } from '#core/workbench/devices/indexed-db-replica-storage.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ExtensionContributions } from '#core/workbench/extensions/extension-contributions.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import {
  MemoryKeyValueStorage,
  WorkbenchStorage,
  type KeyValueStorage,
} from '#core/workbench/storage/workbench-storage.ts';
import { ThemeService } from '#core/workbench/themes/theme-service.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { provideServices } from '#webview/base/services.ts';
import { askProof } from './accounts/account-proof-dialog.ts';
import { confirm } from './dialogs/confirm-dialog.ts';
import './layout/workbench.ts';
import { registerPages } from './pages/register-pages.ts';
import { registerDeviceView } from './shell/device-view.ts';
import { followLanguage, pickLanguage } from './shell/language.ts';
import { registerQuickAccess } from './shell/quick-access-providers.ts';
import { registerShellCommands } from './shell/shell-commands.ts';
import { showTheme } from '../themes/show-theme.ts';

/** Where a browser forbids storage, the workbench works and forgets. */
function browserStorage(): KeyValueStorage {
  try {
    localStorage.getItem('latchkey');
    return localStorage;
  } catch {
    return new MemoryKeyValueStorage();
  }
}

const container = new Container();
const runner = new FrameRunner({
  frameScript,
  workerBootstrap: async () => (await import('latchkey:worker-bootstrap')).default,
});
container.load(
  ...workbenchModules({
    opener: new BrowserSocketOpener(location.origin),
    replicaStorage: new IndexedDbReplicaStorage(),
    storage: browserStorage(),
    platform: { mac: /Mac|iPhone|iPad/.test(navigator.platform) },
    confirm,
  }),
  extensionHostModule(runner, browserPlatform(confirm, askProof)),
);
provideServices(container);

const connection = container.get(HubConnection);
container.get(ThemeService).theme$.subscribe(showTheme);
await followLanguage();

registerDeviceView();
registerShellCommands();
registerPages();
registerQuickAccess();

container.get(ExtensionHost).start();
container.get(ExtensionContributions).start();
container.get(ExtensionRegistry).start();
container.get(DeviceReplica).start();
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
  document.body.querySelector('lk-sign-in, lk-workbench')?.remove();
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
  const storage = container.get(WorkbenchStorage);
  if (storage.get('welcome.shown')) return;
  storage.set('welcome.shown', true);
  void container.get(CommandService).runAndReport('workbench.showWelcome', undefined, { source: 'api' });
}

requestIdleCallback(() => container.get(ExtensionHost).finishStartup());
