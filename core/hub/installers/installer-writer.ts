import type { LatchkeyError } from '#protocol/errors.ts';
import type { InstallerFormat } from '#protocol/installers.ts';
import type { InstallerArtefact } from './formats/installer-composer.ts';
import type { PayloadWatcher } from './formats/payload-cache.ts';

/** Makes installers of one format. Bound once for each format that the hub can make. */
export interface InstallerWriter {
  readonly format: InstallerFormat;
  /** What stands at the end of the file's name, `_amd64.deb`. */
  readonly suffix: string;
  readonly contentType: string;
  /** What keeps this hub from making one; undefined where nothing does. */
  obstacle(): Promise<LatchkeyError | undefined>;
  /**
   * @param config the installer's configuration as JSON
   * @throws LatchkeyError `file.unreadable`, `file.unwritable`, `rpc.cancelled`
   */
  compose(config: string, watcher?: PayloadWatcher): Promise<InstallerArtefact>;
  /** One that goes through the motions and joins nothing; absent where there is none of the format. */
  composeTest?(): InstallerArtefact;
}
export const InstallerWriter = Symbol('InstallerWriter');
