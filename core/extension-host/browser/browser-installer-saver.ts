import type { InstallerSaver, SavableFile } from '../common/installer-saver.ts';

/** The browser's own download: its progress, its folder. */
export class BrowserInstallerSaver implements InstallerSaver {
  async save({ path, fileName }: SavableFile): Promise<{ path: null }> {
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
