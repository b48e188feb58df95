import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { deviceContext } from '#core/workbench/devices/device-context.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { MenuService, type ResolvedMenuItem } from '#core/workbench/menus/menu-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { inject } from '#webview/base/services.ts';

type Arguments = Record<string, unknown>;

/**
 * Runs a command as if from a menu: asks for what is missing.
 * @throws LatchkeyError the command's own; giving up is not an error
 */
export async function runCommand(command: string, args: Arguments, context?: Arguments): Promise<void> {
  try {
    await inject(CommandService).run(command, args, { source: 'menu', context });
  } catch (error) {
    if (!(error instanceof LatchkeyError) || error.kind !== 'cancelled') throw error;
  }
}

/** Why a command can't be run now, where it can't. */
export function disabledReasonOf(command: string, args: Arguments = {}): string | undefined {
  const devices = [args['devices'] ?? args['device'] ?? []].flat();
  const replica = inject(DeviceReplica);
  const entries = devices.flatMap((device) => replica.get(String(device)) ?? []);
  const scope = entries.length > 0 ? deviceContext(entries) : undefined;
  const enablement = inject(CommandService).enablement(command, scope);
  return enablement.enabled ? undefined : enablement.reason;
}

/** Whether there is such a command and it can be run now. */
export const isEnabled = (command: string): boolean =>
  inject(CommandRegistry).get(command) !== undefined && disabledReasonOf(command) === undefined;

/** An entry of the menu `device/page`, for one device. */
export type DeviceAction = ResolvedMenuItem;

export function deviceActions(device: string): readonly DeviceAction[] {
  const entry = inject(DeviceReplica).get(device);
  return entry ? inject(MenuService).items('device/page', deviceContext([entry])) : [];
}

/** What a command of a device's page gets, whichever of the two names its schema has. */
export const deviceArguments = (device: string): Arguments => ({ devices: [device], device });
