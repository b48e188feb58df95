import type { DeviceFacts, System } from '#protocol/facts.ts';

/** What is read differently on each system. Whatever cannot be read is absent. */
export interface PlatformFacts {
  system(): Promise<System>;
  /** Accounts signed in, each once. */
  users(): Promise<string[]>;
  /** Does not change while the computer runs. */
  hardware(): Promise<Pick<DeviceFacts, 'serial' | 'smbiosUuid' | 'manufacturer' | 'model' | 'domain' | 'ou'>>;
  /** Milliseconds since 1970; undefined where the system keeps no such record. */
  bootedAt(): Promise<number | undefined>;
}
