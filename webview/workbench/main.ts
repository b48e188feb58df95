import './main.css';
import { Container } from 'inversify';
import frameScript from 'latchkey:frame-bootstrap';
import { distinctUntilChanged, filter, firstValueFrom, scan } from 'rxjs';
import { browserPlatform } from '#core/extension-host/browser/browser-platform.ts';
import { FrameRunner } from '#core/extension-host/browser/frame-runner.ts';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import { extensionHostModule } from '#core/extension-host/extension-host.module.ts';
import { BrowserSocketOpener } from '#core/workbench/connection/browser-socket-opener.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { HubConnection, type ConnectionStatus } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { ExtensionContributions } from '#core/workbench/extensions/extension-contributions.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { KeptActionReport } from '#core/workbench/kept-actions/kept-action-report.ts';
import { ThemeService } from '#core/workbench/themes/theme-service.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { whenDrawn } from '#webview/base/after-frame.ts';
import { provideServices } from '#webview/base/services.ts';
import { askProof } from './accounts/account-proof-dialog.ts';
import { changeDomain } from './roll-outs/domain-dialog.ts';
import { registerDeviceTable } from './device-table/register-device-table.ts';
import { confirm } from './dialogs/confirm-dialog.ts';
import './layout/workbench.ts';
import { keyValueStorage, replicaStorage, workbenchStorage } from './machine.ts';
import { registerSessions } from './sessions/register-sessions.ts';
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
  extensionHostModule(runner, browserPlatform(confirm, askProof, changeDomain)),
);
provideServices(container);

const connection = container.get(HubConnection);
container.get(ThemeService).theme$.subscribe((theme) => {
  showTheme(theme);
  workbenchStorage.set('theme', theme);
});

/** What stands between the technician and the workbench. */
type Obstacle = 'signedOut' | 'heldUp' | undefined;
let obstacle: Obstacle;

/** Being held up outlasts a connection that is lost: what is cached is not shown meanwhile. */
function nextObstacle(before: Obstacle, { state }: ConnectionStatus): Obstacle {
  if (state === 'signedOut' || state === 'heldUp') return state;
  const waits = state === 'connecting' || (state === 'offline' && before === 'heldUp');
  return waits ? before : undefined;
}

/**
 * What is cached is shown before the hub has answered; who turns out to be signed out is asked to sign in, and who has to
 * set two-factor sign-in up first is led through it.
 */
async function show(): Promise<void> {
  const wanted = obstacle;
  const tag = wanted === 'signedOut' ? 'lk-sign-in' : wanted === 'heldUp' ? 'lk-two-factor-first' : 'lk-workbench';
  if (wanted === 'signedOut') await import('./accounts/sign-in.ts');
  if (wanted === 'heldUp') await import('./two-factor/two-factor-first.ts');
  if (wanted !== obstacle || document.body.querySelector(tag)) return;
  const setUp = document.querySelector('lk-two-factor-first');
  // Recovery codes are shown once: they stay until they were seen, though the hub answers everything by now.
  if (wanted === undefined && setUp?.showsCodes) {
    setUp.addEventListener('finished', () => void show(), { once: true });
    return;
  }
  document.body.querySelector('#outline, lk-sign-in, lk-two-factor-first, lk-workbench')?.remove();
  const element = document.createElement(tag);
  if (wanted === 'signedOut') {
    element.addEventListener('signed-in', () => connection.retry());
    element.addEventListener('language-changed', (event) => pickLanguage((event as CustomEvent).detail));
  } else if (wanted === undefined) {
    const editors = container.get(EditorService);
    if (editors.openTabs.length === 0) editors.restore();
    void openFirstPage();
  }
  document.body.append(element);
}

let choosing = false;

/**
 * Where nothing is open, what the technician wants to begin with. Whoever comes for the first time on this machine is shown
 * where to start, in front of it.
 */
async function openFirstPage(): Promise<void> {
  if (choosing) return;
  choosing = true;
  // Nobody was here before, or they have signed out: what they have set is not on this machine.
  if (container.get(DeviceReplica).state === 'empty') {
    await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')));
    const profile = container.get(ProfileService);
    await profile.load('settings').catch(() => {}); // then by what is the default
  }
  choosing = false;
  const first = !workbenchStorage.get('welcome.shown');
  workbenchStorage.set('welcome.shown', true);
  const run = (command: string): Promise<unknown> =>
    container.get(CommandService).runAndReport(command, undefined, { source: 'api' });
  const nothing = container.get(EditorService).openTabs.length === 0;
  const startupEditor = container.get(ConfigurationService).get<string>('workbench.startupEditor');
  if (nothing && startupEditor === 'dashboard') await run('workbench.showDashboard');
  if (first || (nothing && startupEditor === 'welcome')) await run('workbench.showWelcome');
}

let extensionsStarted = false;

/** Once the workbench is on the screen: what extensions add to it comes a moment later. */
function startExtensions(): void {
  if (extensionsStarted) return;
  extensionsStarted = true;
  container.get(ExtensionHost).start();
  container.get(ExtensionContributions).start();
  container.get(ExtensionRegistry).start();
  requestIdleCallback(() => container.get(ExtensionHost).finishStartup());
}

/** A classic script awaits nothing outside of a function. */
async function open(): Promise<void> {
  await followLanguage();

  registerDeviceView();
  registerDeviceTable();
  registerShellCommands();
  registerPages();
  registerSessions();
  registerQuickAccess();

  container.get(KeptActionReport).start();
  container.get(DeviceReplica).start();
  // Read since the page began: drawn with the rest, not after it. A browser that hesitates is not waited for.
  await Promise.race([container.get(DeviceReplica).whenOpened(), new Promise((resolve) => setTimeout(resolve, 200))]);
  connection.start();

  connection.status$.pipe(scan(nextObstacle, undefined), distinctUntilChanged()).subscribe((now) => {
    obstacle = now;
    void show();
  });
  await whenDrawn();
  requestIdleCallback(startExtensions, { timeout: 500 });
  // Whoever is quicker finds their commands there.
  for (const input of ['keydown', 'pointerdown']) {
    addEventListener(input, startExtensions, { capture: true, once: true, passive: true });
  }
}
void open();
