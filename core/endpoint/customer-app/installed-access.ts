import type { Observable } from 'rxjs';
import type { CustomerState } from '#protocol/customer-page.ts';
import type { CustomerActions } from '../customer-page/customer-app.ts';

/** Unattended access as it is set up on this computer, for an app that is not itself the endpoint that was installed. */
export interface InstalledAccess {
  readonly access$: Observable<CustomerState['access']>;
  /** Carried out by the installed endpoint. */
  readonly actions: Pick<CustomerActions, 'setBlocked' | 'storePassword' | 'forgetPassword' | 'remove'>;
  /** Looks anew: something was installed or removed. */
  refresh(): Promise<void>;
  dispose(): void;
}
