import type { ChangeDomain } from '#core/workbench/roll-outs/domain-question.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from './cli-io.ts';

/**
 * Asks for the password of a domain's account on the terminal; what would be changed there goes to standard error, before it is.
 * @throws LatchkeyError `cli.usage` where domain controller or account are not among the command's flags,
 *   `account.proofNeedsTerminal` where there is no terminal
 */
export const askDomain =
  (io: CliIo): ChangeDomain =>
  async ({ action, domain, domainController, account, preview, run }) => {
    if (!domainController || !account) {
      throw new LatchkeyError('cli.usage', { problem: io.localizer.t('domain.flags') });
    }
    const password = await io.readSecret(io.localizer.t('domain.password', { account, domain }));
    if (password === undefined) throw new LatchkeyError('account.proofNeedsTerminal');
    const access = { domainController, account, password };
    if (action === 'apply') {
      for (const { kind, target, before, after } of await preview(access)) {
        io.note(`${kind} ${target}: ${before ?? '–'} → ${after ?? '–'}`);
      }
    }
    return run(access, ({ message }) => message && io.progress(message));
  };
