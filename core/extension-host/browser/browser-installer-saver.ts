import type { InstallerFile } from '#protocol/installers.ts';
import type { InstallerSaver } from '../common/installer-saver.ts';

/** The browser's own download: its progress, its folder. */
export class BrowserInstallerSaver implements InstallerSaver {
  async save({ path, fileName }: InstallerFile): Promise<{ path: null }> {
    const link = document.createElement('a');
    link.href = new URL(path, location.origin).pathname + new URL(path, location.origin).search;
    link.download = fileName;
    link.hidden = true;
    document.body.append(link);
    link.click();
    link.remove();
    return { path: null };
  }
}
