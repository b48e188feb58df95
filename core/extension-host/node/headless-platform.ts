import { LatchkeyError } from '#protocol/errors.ts';
import type { AskProof } from '#core/workbench/accounts/account-proof.ts';
import type { ChangeDomain } from '#core/workbench/roll-outs/domain-question.ts';
import type { ExtensionPlatform } from '../common/extension-platform.ts';
import { FileInstallerSaver } from './file-installer-saver.ts';

/**
 * Extensions under the command line: a program has decided already, so that confirmations are given and nothing is asked
 * but the technician's own password, where there is a terminal.
 * @param get fetches a path of the hub with the technician's own credentials
 */
export function headlessPlatform(
  get: (path: string) => Promise<Response>,
  askProof: AskProof = async () => undefined,
  changeDomain: ChangeDomain = async () => undefined,
): ExtensionPlatform {
  return {
    environment: 'headless',
    installers: new FileInstallerSaver(get),
    get,
    confirm: async () => true,
    askProof,
    changeDomain,
    writeClipboard: async () => {
      throw new LatchkeyError('rpc.unknownMethod', { method: 'window/writeClipboard' });
    },
  };
}
