import { map } from 'rxjs';
import type { EndpointStanding } from '#protocol/endpoint.ts';
import { AccessControl } from '../access/access-control.ts';
import type { EndpointConnection } from '../connection/endpoint-connection.ts';
import { ControlSocket } from '../control/control-socket.ts';
import { defaultDataFolder, type DataFolder } from '../data-folder/data-folder.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import type { EndpointSessions } from '../sessions/endpoint-sessions.ts';
import { TrayFeed } from '../tray/tray-feed.ts';
import { trayStateOf } from '../tray/tray-state.ts';
import { trayFeedPath } from '../tray/windows/tray-feed-path.ts';
import { letSignedInRead } from '../windows/file-security.ts';
import { DeviceApp } from './device-app.ts';
import { DevicePage } from './device-page.ts';

export interface CustomerSideOptions {
  /** Prepared and locked. */
  readonly folder: DataFolder;
  /** The hub's address. */
  readonly hub: string;
  readonly connection: EndpointConnection;
  readonly sessions: EndpointSessions;
  readonly vault: PasswordVault;
  /** As the hub described this computer last. */
  readonly standing: EndpointStanding | undefined;
  readonly account: string;
  readonly onProblem: (problem: string) => void;
  /** Of the built page. */
  readonly page?: string | undefined;
}

/** For the icon in the tray, where this is the computer's own endpoint. */
async function startTrayFeed(folder: DataFolder, state$: DeviceApp['state$']): Promise<TrayFeed | undefined> {
  if (process.platform !== 'win32' || folder.path !== defaultDataFolder()) return undefined;
  return TrayFeed.listen(trayFeedPath, state$.pipe(map(trayStateOf)), letSignedInRead);
}

/** What the customer has of an installed endpoint: the switch that blocks access, and the page. */
export async function startCustomerSide(options: CustomerSideOptions): Promise<{ dispose(): Promise<void> }> {
  const { folder, standing, onProblem } = options;
  const say = (error: unknown): void => onProblem(String((error as Error).message));
  const access = await AccessControl.open(folder, say);
  const app = new DeviceApp({ ...options, access });
  if (standing) app.remember(standing);
  await app.start();
  const page = new DevicePage({ app, onProblem, folder: options.page });
  // Without it there is no page, and all else works.
  const control = await ControlSocket.listen({
    path: folder.controlSocket,
    serve: (rpc) => page.serve(rpc),
    onProblem,
  }).catch((error: unknown) => {
    say(error);
    return undefined;
  });
  const feed = await startTrayFeed(folder, app.state$).catch((error: unknown) => {
    say(error);
    return undefined;
  });
  return {
    async dispose() {
      await feed?.close();
      await page.dispose();
      app.dispose();
      await control?.close();
    },
  };
}
