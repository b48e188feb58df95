import type { RunningHub } from '#core/hub/hub.ts';
import { TechnicianDirectory } from '#core/hub/accounts/technician-directory.ts';
import { ChangeLog } from '#core/hub/devices/change-log.ts';
import { DeviceService } from '#core/hub/devices/device-service.ts';
import { GroupService } from '#core/hub/groups/group-service.ts';
import { InstallerService } from '#core/hub/installers/installer-service.ts';
import { Store } from '#core/hub/store/store.ts';
import type { TechnicianActor } from '#core/hub/workbench/technician-actor.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Device } from '#protocol/devices.ts';
import type { DemoHub } from './demo-hub.ts';

/** The hub that runs in this process, by its own services: its checks and its audit log hold here too. */
export function localDemoHub(hub: RunningHub): DemoHub {
  const groups = hub.get(GroupService);
  const installers = hub.get(InstallerService);
  const actor = (): TechnicianActor => {
    const directory = hub.get(TechnicianDirectory);
    const administrator = directory.list().find(({ role, disabled }) => role === 'administrator' && !disabled);
    if (!administrator) throw new LatchkeyError('account.notFound');
    return directory.actor(administrator.id, null);
  };
  return {
    url: hub.url,
    groups: () => groups.list(actor()),
    createGroup: (name) => groups.create(actor(), name),
    installers: () => installers.list(actor()),
    tokenOf: async (installer) => (await installers.forDownload(actor(), installer)).token,
    generateInstaller: async (group, name, limit) =>
      (await installers.generate(actor(), { group, name, limit, expiresAt: null })).token,
    devices: () => allDevices(new ChangeLog(hub.get(Store)), actor()),
    rename: async (device, nickname) => {
      await hub.get(DeviceService).rename(actor(), device, nickname);
    },
  };
}

async function allDevices(log: ChangeLog, actor: TechnicianActor): Promise<Device[]> {
  const devices = new Map<string, Device>();
  for (let page = await log.read(actor, null); ; page = await log.read(actor, page.position)) {
    for (const device of page.devices) devices.set(device.id, device);
    if (!page.more) return [...devices.values()];
  }
}
