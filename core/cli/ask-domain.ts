import type { ChangeDomain, DomainAccess } from '#core/workbench/roll-outs/domain-question.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CliIo } from './cli-io.ts';

/**
 * Asks for the password of a domain's account on the terminal; what would be changed there goes to standard error, before it is.
 * @throws LatchkeyError `cli.usage` where the account is not among the command's flags,
 *   `account.proofNeedsTerminal` where there is no terminal
 */
export const askDomain =
  (io: CliIo): ChangeDomain =>
  async ({ action, domain, domainController = '', account, certificate, made = [], preview, run }) => {
    if (!account) {
      throw new LatchkeyError('cli.usage', { problem: io.localizer.t('domain.flags') });
    }
    const password = await io.readSecret(io.localizer.t('domain.password', { account, domain }));
    if (password === undefined) throw new LatchkeyError('account.proofNeedsTerminal');
    const tell = (kind: string, target: string, before: string | null, after: string | null): void =>
      io.note(`${kind} ${target}: ${before ?? '–'} → ${after ?? '–'}`);
    let access: DomainAccess = { domainController, account, password, certificate };
    let seen: string | undefined;
    const told = new Set<string>();
    if (action === 'apply') {
      const found = await preview(access);
      const { changes, notices = [], unknownComputers = [] } = found;
      for (const { code, args } of notices) {
        // Said below, with their names.
        if (code !== 'domain.computersUnknown' || unknownComputers.length === 0) io.note(io.localizer.t(code, args));
        told.add(code);
      }
      if (unknownComputers.length > 0)
        io.note(io.localizer.t('domain.unknown', { computers: unknownComputers.join(', ') }));
      for (const { kind, target, before, after } of changes) tell(kind, target, before, after);
      // What was shown, at the domain controller that was looked at.
      access = { ...access, domainController: found.domainController ?? domainController };
      seen = found.preview;
    } else {
      for (const { kind, target, before, after } of [...made].reverse()) tell(kind, target, after, before);
    }
    const done = await run(access, seen, { onProgress: ({ message }) => message && io.progress(message) });
    for (const { code, args } of done.notices ?? []) {
      if (!told.has(code)) io.note(io.localizer.t(code, args));
    }
    return done.changes;
  };
