import { BehaviorSubject, type Observable } from 'rxjs';
import type { consentRequests } from '#protocol/consent.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf, ResultOf } from '#protocol/messages.ts';
import type { ComputerAccount } from '#protocol/sessions.ts';
import { storePassword, type PasswordVault } from '../passwords/password-vault.ts';

type Ask = ParamsOf<typeof consentRequests.ask>;
export type ConsentAnswer = ResultOf<typeof consentRequests.ask>;

/** What stands in the dialog. `problem`: why the last answer could not be taken. */
export interface AskedConsent extends Ask {
  readonly problem: LatchkeyError | null;
}

/** Told when somebody no longer wants to know. The part of a cancellation token that is needed here. */
interface Cancellation {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): { dispose(): void };
}

interface Pending {
  readonly setUp: string;
  readonly answer: Promise<ConsentAnswer>;
  readonly settle: (answer: ConsentAnswer) => void;
  readonly reject: (error: LatchkeyError) => void;
  answered: boolean;
}

/**
 * The question whether a technician may set up unattended access. It stays until the customer answers, or until whoever
 * asked withdraws it; a lost connection does not: asked for the same set-up again, the same dialog answers.
 */
export class ConsentDialog {
  private readonly vault: PasswordVault;
  private readonly question = new BehaviorSubject<AskedConsent | null>(null);
  private pending: Pending | undefined;
  /** What the customer is asked now. */
  readonly question$: Observable<AskedConsent | null> = this.question.asObservable();

  constructor(vault: PasswordVault) {
    this.vault = vault;
  }

  get isOpen(): boolean {
    return this.question.value !== null;
  }

  /** @throws LatchkeyError `rpc.cancelled` where it was withdrawn */
  ask(ask: Ask, cancellation?: Cancellation): Promise<ConsentAnswer> {
    if (cancellation?.isCancellationRequested) return Promise.reject(new LatchkeyError('rpc.cancelled'));
    if (this.pending?.setUp !== ask.setUp) this.begin(ask);
    const { pending } = this;
    if (!pending) return Promise.reject(new LatchkeyError('rpc.cancelled'));
    const listening = cancellation?.onCancellationRequested(() => this.withdraw(ask.setUp));
    return pending.answer.finally(() => listening?.dispose());
  }

  /**
   * The customer allows it; with an account, its password is checked and kept first. Where that is wrong the dialog stays.
   * @throws LatchkeyError `consent.passwordWrong`, `consent.passwordUnsupported`, `setUp.notFound`
   */
  async allow(setUp: string, account?: ComputerAccount): Promise<void> {
    const pending = this.expect(setUp);
    if (account) {
      try {
        await storePassword(this.vault, account);
      } catch (error) {
        const problem = error instanceof LatchkeyError ? error : new LatchkeyError('internal', { reference: 'vault' });
        if (this.pending === pending && this.question.value) this.question.next({ ...this.question.value, problem });
        throw problem;
      }
      // Withdrawn while the system checked it: nobody is to find it here.
      if (this.pending !== pending || pending.answered) {
        await this.vault.forget();
        throw new LatchkeyError('setUp.notFound');
      }
    }
    this.close(pending, { allowed: true, passwordStored: account !== undefined });
  }

  /** @throws LatchkeyError `setUp.notFound` */
  decline(setUp: string): void {
    this.close(this.expect(setUp), { allowed: false, passwordStored: false });
  }

  /** Nobody wants to know any more: one set-up's, or whatever is asked. */
  withdraw(setUp = this.pending?.setUp): void {
    const { pending } = this;
    if (!pending || pending.setUp !== setUp) return;
    this.pending = undefined;
    this.question.next(null);
    pending.reject(new LatchkeyError('rpc.cancelled'));
  }

  private begin(ask: Ask): void {
    this.withdraw();
    let settle: Pending['settle'] = () => {};
    let reject: Pending['reject'] = () => {};
    const answer = new Promise<ConsentAnswer>((resolve, rejects) => {
      settle = resolve;
      reject = rejects;
    });
    answer.catch(() => {}); // whoever asked may be gone
    this.pending = { setUp: ask.setUp, answer, settle, reject, answered: false };
    this.question.next({ ...ask, problem: null });
  }

  private expect(setUp: string): Pending {
    const { pending } = this;
    if (!pending || pending.setUp !== setUp || pending.answered) throw new LatchkeyError('setUp.notFound');
    return pending;
  }

  private close(pending: Pending, answer: ConsentAnswer): void {
    pending.answered = true;
    this.question.next(null);
    pending.settle(answer);
  }
}
