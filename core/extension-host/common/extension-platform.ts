import type { AskProof } from '#core/workbench/accounts/account-proof.ts';
import type { ChangeDomain } from '#core/workbench/roll-outs/domain-question.ts';
import type { toWorkbench } from '#protocol/extension-host.ts';
import type { ParamsOf } from '#protocol/messages.ts';
import type { InstallerSaver } from './installer-saver.ts';

export type Confirmation = ParamsOf<(typeof toWorkbench)['confirm']['contract']>;

/** What extensions need of the program that the workbench runs in. */
export interface ExtensionPlatform {
  /** `headless`: there is nobody who could be asked. */
  readonly environment: 'browser' | 'headless';
  readonly installers: InstallerSaver;
  /** Fetches a path of the hub with the technician's own credentials. */
  get(path: string): Promise<Response>;
  confirm(question: Confirmation): Promise<boolean>;
  /** Asks for the technician's own password: extensions only have it asked, and never see it. */
  readonly askProof: AskProof;
  /** Asks for credentials of a domain, shows what would be changed there, and has it done: extensions see none of them. */
  readonly changeDomain: ChangeDomain;
  /** @throws where there is no clipboard, or it may not be written to */
  writeClipboard(text: string): Promise<void>;
}
export const ExtensionPlatform = Symbol('ExtensionPlatform');
