import { LatchkeyError } from '#protocol/errors.ts';
import type { AccountProof, ProofQuestion } from '#core/workbench/accounts/account-proof.ts';
import type { CliIo } from './cli-io.ts';

/**
 * Asks for the technician's own password on the terminal.
 * @throws LatchkeyError `account.proofNeedsTerminal` where there is none: a token is no proof that its owner is there
 */
export async function askProof(io: CliIo, { purpose, needsCode, problem }: ProofQuestion): Promise<AccountProof> {
  io.note(problem ? io.localizer.t(problem.code, problem.args) : purpose);
  const ask = async (prompt: string): Promise<string> => {
    const answer = await io.readSecret(prompt);
    if (answer === undefined) throw new LatchkeyError('account.proofNeedsTerminal');
    return answer;
  };
  const password = await ask(io.localizer.t('proof.password'));
  return needsCode ? { password, code: await ask(io.localizer.t('proof.code')) } : { password };
}
