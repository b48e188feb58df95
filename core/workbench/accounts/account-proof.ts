import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';

/** That a technician is still who signed in: their own password, and a code where two-factor sign-in is on. */
export interface AccountProof {
  readonly password: string;
  readonly code?: string;
}

export interface ProofQuestion {
  /** What it is for, in the reader's language. */
  readonly purpose: string;
  readonly needsCode: boolean;
  /** Why the last answer was not taken. */
  readonly problem?: LatchkeyError | undefined;
}

/** Asks the technician; undefined where they give up. Nothing that it is answered is kept. */
export type AskProof = (question: ProofQuestion) => Promise<AccountProof | undefined>;

const askAgain: readonly ErrorCode[] = ['account.wrongPassword', 'account.codeRequired', 'account.codeWrong'];

/**
 * Does something that takes a proof, asking as often as the hub does not take it.
 * @returns undefined where the technician gave up
 */
export async function withProof<R>(
  ask: AskProof,
  purpose: string,
  run: (proof: AccountProof) => Promise<R>,
): Promise<R | undefined> {
  let question: ProofQuestion = { purpose, needsCode: false };
  for (;;) {
    const proof = await ask(question);
    if (!proof) return undefined;
    try {
      return await run(proof);
    } catch (error) {
      if (!(error instanceof LatchkeyError) || !askAgain.includes(error.code)) throw error;
      question = { purpose, needsCode: question.needsCode || error.code !== 'account.wrongPassword', problem: error };
    }
  }
}
