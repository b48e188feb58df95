import { hostname } from 'node:os';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { AskedConsent } from '../consent/consent-dialog.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';

/** What the customer's page shows, as it stands. */
export class AppState {
  private readonly subject: BehaviorSubject<CustomerState>;
  readonly state$: Observable<CustomerState>;

  /** @param hub its address */
  constructor(mode: CustomerState['mode'], hub: string) {
    this.subject = new BehaviorSubject<CustomerState>({
      mode,
      computer: hostname(),
      organisation: '',
      hub,
      connection: 'connecting',
      connectionProblem: null,
      sessions: [],
      activity: [],
      consent: null,
      setUp: null,
      ended: null,
      portal: null,
      access: null,
    });
    this.state$ = this.subject.asObservable();
  }

  get current(): CustomerState {
    return this.subject.value;
  }

  change(change: Partial<CustomerState>): void {
    this.subject.next({ ...this.subject.value, ...change });
  }

  /** What stands in the dialog; null where nothing is asked. */
  ask(asked: AskedConsent | null, vault: PasswordVault, account: string): void {
    if (!asked) return this.change({ consent: null });
    const { organisation, hub } = this.current;
    this.change({
      consent: {
        setUp: asked.setUp,
        technician: asked.technician,
        organisation,
        hub,
        password: vault.support,
        account,
        problem: asked.problem?.toData() ?? null,
      },
    });
  }
}

/** As an error that the page can show. */
export const problemOf = (error: unknown): { code: string; args: Record<string, string | number> } => {
  const shown = error instanceof LatchkeyError ? error : new LatchkeyError('internal', { reference: 'none' });
  return { code: shown.code, args: { ...shown.args } };
};
