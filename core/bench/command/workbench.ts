import type { Container } from 'inversify';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import { CommandService, type CommandSource } from '#core/workbench/commands/command-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { ExtensionContributions } from '#core/workbench/extensions/extension-contributions.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';

export const command = 'echo.run';

/** Brings a workbench online with its extensions. @returns what runs the command once, from where a person or program would */
export async function runCommand(container: Container, source: CommandSource): Promise<() => Promise<unknown>> {
  container.get(ExtensionHost).start();
  container.get(ExtensionContributions).start();
  container.get(DeviceReplica).start();
  container.get(HubConnection).start();
  await container.get(DeviceReplica).whenLive();
  await container.get(ExtensionRegistry).load();
  const commands = container.get(CommandService);
  return () => commands.run(command, undefined, { source });
}
