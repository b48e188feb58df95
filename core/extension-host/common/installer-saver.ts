import type { InstallerFile } from '#protocol/installers.ts';

/** Saves a prepared installer on the machine of whoever asked for it. */
export interface InstallerSaver {
  /**
   * @param output a file or a folder; where absent the browser, or the current folder, takes it
   * @returns where it went; null where the browser decides that
   * @throws LatchkeyError `file.exists`, `file.unwritable`, `hub.unreachable`
   */
  save(file: InstallerFile, output: string | undefined): Promise<{ path: string | null }>;
}
export const InstallerSaver = Symbol('InstallerSaver');
