import { LatchkeyError } from '#protocol/errors.ts';
import type { ExtensionPlatform } from '../common/extension-platform.ts';
import { FileInstallerSaver } from './file-installer-saver.ts';

/**
 * Extensions under the command line: a program has decided already, so that confirmations are given and nothing is asked.
 * @param get fetches a path of the hub with the technician's own credentials
 */
export function headlessPlatform(get: (path: string) => Promise<Response>): ExtensionPlatform {
  return {
    environment: 'headless',
    installers: new FileInstallerSaver(get),
    get,
    confirm: async () => true,
    writeClipboard: async () => {
      throw new LatchkeyError('rpc.unknownMethod', { method: 'window/writeClipboard' });
    },
  };
}
