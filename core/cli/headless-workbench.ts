import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Container } from 'inversify';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import { extensionHostModule } from '#core/extension-host/extension-host.module.ts';
import { ChildProcessRunner } from '#core/extension-host/node/child-process-runner.ts';
import { headlessPlatform } from '#core/extension-host/node/headless-platform.ts';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { SavedViews } from '#core/workbench/device-views/saved-views.ts';
import { DeviceParticulars } from '#core/workbench/devices/device-particulars.ts';
import { DeviceQueries } from '#core/workbench/devices/device-queries.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { NoReplicaStorage } from '#core/workbench/devices/replica-storage.ts';
import { ExtensionContributions } from '#core/workbench/extensions/extension-contributions.ts';
import { ExtensionLog } from '#core/workbench/extensions/extension-log.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { DisplayLanguage } from '#core/workbench/l10n/display-language.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { MemoryKeyValueStorage, WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { askDomain } from './ask-domain.ts';
import { askProof } from './ask-proof.ts';
import type { CliIo } from './cli-io.ts';
import type { HubAccess } from './credentials.ts';
import { TokenSocketOpener } from './token-socket-opener.ts';

export interface HeadlessWorkbench {
  readonly commands: CommandService;
  readonly registry: CommandRegistry;
  readonly replica: DeviceReplica;
  readonly queries: DeviceQueries;
  readonly particulars: DeviceParticulars;
  readonly views: SavedViews;
  readonly extensions: ExtensionRegistry;
  dispose(): void;
}

/**
 * The workbench without a window, online and with its device replica and permissions loaded.
 * @param withExtensions loads what the hub offers, each to be started in a process of its own once a command needs it
 * @throws LatchkeyError `hub.unreachable`, or why the hub does not let the token in
 */
export async function openHeadlessWorkbench(
  access: HubAccess,
  io: CliIo,
  withExtensions: boolean,
): Promise<HeadlessWorkbench> {
  const container = makeContainer(access, io);
  container.get(LocalizationService).setLanguage(io.localizer.language);
  const connection = container.get(HubConnection);
  const replica = container.get(DeviceReplica);
  const permissions = container.get(PermissionService);
  const extensions = container.get(ExtensionRegistry);
  const stoppers: (() => void)[] = [() => connection.dispose(), () => replica.dispose()];
  const dispose = (): void => {
    for (const stop of stoppers.splice(0).reverse()) stop();
  };
  // Whoever gives up while the hub is being reached does not wait for it.
  io.signal.addEventListener('abort', () => connection.currentStatus.state !== 'online' && dispose(), { once: true });
  try {
    replica.start();
    connection.start();
    await replica.whenLive();
    await Promise.all([permissions.load(), container.get(ProfileService).load('settings')]);
    const language = await container.get(DisplayLanguage).follow({
      standard: () => io.localizer.language,
      show: async (wanted, before) => (before(), io.localizer.setLanguage(wanted)),
    });
    stoppers.push(() => language.dispose());
    if (withExtensions) {
      const host = container.get(ExtensionHost);
      const contributions = container.get(ExtensionContributions);
      stoppers.push(
        () => host.dispose(),
        () => contributions.dispose(),
      );
      container.get(ExtensionLog).written$.subscribe(({ extension, level, message }) => {
        if (level !== 'info' || io.env.LATCHKEY_DEBUG) io.note(`${extension}: ${message}`);
      });
      host.start();
      contributions.start();
      await extensions.load();
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    commands: container.get(CommandService),
    registry: container.get(CommandRegistry),
    replica,
    queries: container.get(DeviceQueries),
    particulars: container.get(DeviceParticulars),
    views: container.get(SavedViews),
    extensions,
    dispose,
  };
}

function makeContainer(access: HubAccess, io: CliIo): Container {
  const get = (path: string): Promise<Response> =>
    fetch(new URL(path, access.url), { headers: { authorization: `Bearer ${access.token}` }, signal: io.signal });
  const container = new Container();
  container.load(
    ...workbenchModules({
      opener: new TokenSocketOpener(access),
      replicaStorage: new NoReplicaStorage(),
      storage: new MemoryKeyValueStorage(),
      platform: { mac: process.platform === 'darwin' },
    }),
    extensionHostModule(
      new ChildProcessRunner({ bootstrap: childBootstrap() }),
      headlessPlatform(get, (question) => askProof(io, question), askDomain(io)),
    ),
  );
  // Without a window nobody looks at views: where they stand does not keep an extension from working.
  const anywhere = { hasContainer: () => true, hasView: () => true, keyProblem: () => undefined };
  container
    .rebind(ExtensionRegistry)
    .toConstantValue(
      new ExtensionRegistry(
        container.get(HubConnection),
        container.get(WorkbenchStorage),
        container.get(LocalizationService),
        anywhere,
      ),
    );
  return container;
}

/** As built, or run from the sources after a build. */
function childBootstrap(): string {
  const places = ['../extension-host/child.cjs', '../../dist/extension-host/child.cjs'];
  const paths = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? paths[0]!;
}
