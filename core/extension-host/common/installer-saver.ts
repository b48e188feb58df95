import type { InstallerFile } from '#protocol/installers.ts';

/** A file that the hub has prepared; without a sum, its size alone says whether it came whole. */
export type SavableFile = Pick<InstallerFile, 'path' | 'fileName' | 'size'> &
  Partial<Pick<InstallerFile, 'sha256' | 'format'>>;

/** Saves a prepared file on the machine of whoever asked for it. */
export interface InstallerSaver {
  /**
   * @param output a file or a folder; where absent the browser, or the current folder, takes it
   * @returns where it went; null where the browser decides that
   * @throws LatchkeyError `file.exists`, `file.unwritable`, `hub.unreachable`
   */
  save(file: SavableFile, output: string | undefined): Promise<{ path: string | null }>;
}
export const InstallerSaver = Symbol('InstallerSaver');
