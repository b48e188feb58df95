import { LatchkeyError } from '#protocol/errors.ts';
import type { Confirmation, ExtensionPlatform } from '../common/extension-platform.ts';
import { BrowserInstallerSaver } from './browser-installer-saver.ts';

/** Extensions in a page of the hub. @param confirm shows the question to the person and waits for the answer */
export function browserPlatform(confirm: (question: Confirmation) => Promise<boolean>): ExtensionPlatform {
  return {
    environment: 'browser',
    installers: new BrowserInstallerSaver(),
    get: (path) =>
      fetch(path, { credentials: 'same-origin' }).catch((error: Error) => {
        throw new LatchkeyError('hub.unreachable', { url: location.origin, reason: error.message });
      }),
    confirm,
    writeClipboard: (text) => navigator.clipboard.writeText(text),
  };
}
