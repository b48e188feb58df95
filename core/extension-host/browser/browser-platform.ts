import { LatchkeyError } from '#protocol/errors.ts';
import type { AskProof } from '#core/workbench/accounts/account-proof.ts';
import type { ChangeDomain } from '#core/workbench/roll-outs/domain-question.ts';
import type { Confirmation, ExtensionPlatform } from '../common/extension-platform.ts';
import { BrowserInstallerSaver } from './browser-installer-saver.ts';

/**
 * Extensions in a page of the hub.
 * @param confirm shows the question to the person and waits for the answer
 * @param askProof asks for the technician's own password
 * @param changeDomain asks for credentials of a domain
 */
export function browserPlatform(
  confirm: (question: Confirmation) => Promise<boolean>,
  askProof: AskProof = async () => undefined,
  changeDomain: ChangeDomain = async () => undefined,
): ExtensionPlatform {
  return {
    environment: 'browser',
    installers: new BrowserInstallerSaver(),
    get: (path) =>
      fetch(path, { credentials: 'same-origin' }).catch((error: Error) => {
        throw new LatchkeyError('hub.unreachable', { url: location.origin, reason: error.message });
      }),
    confirm,
    askProof,
    changeDomain,
    writeClipboard: (text) => navigator.clipboard.writeText(text),
  };
}
