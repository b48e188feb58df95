import type { Device } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { Installer } from '#protocol/installers.ts';

/** What setting up a demonstration needs of a hub, on behalf of an administrator. */
export interface DemoHub {
  /** Where its endpoints reach it. */
  readonly url: string;
  groups(): Promise<readonly Group[]>;
  createGroup(name: string): Promise<Group>;
  installers(): Promise<readonly Installer[]>;
  tokenOf(installer: string): Promise<string>;
  /** @returns the token */
  generateInstaller(group: string, name: string, limit: number): Promise<string>;
  devices(): Promise<readonly Device[]>;
  rename(device: string, nickname: string): Promise<void>;
}
