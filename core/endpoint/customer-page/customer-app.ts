import type { Observable } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { customerNotifications, customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf, RequestContract } from '#protocol/messages.ts';

type Requests = Omit<typeof customerRequests, 'watch'>;

/** What a customer can do in one mode of the app; what is absent cannot be done there. */
export type CustomerActions = {
  readonly [Name in keyof Requests]?: (params: ParamsOf<Requests[Name]>) => Promise<void> | void;
};

/** What stands behind the customer's page. */
export interface CustomerApp {
  readonly state$: Observable<CustomerState>;
  readonly actions: CustomerActions;
}

/** Serves an app on a connection: its state as it changes, once it is watched, and its actions. */
export function serveCustomerApp(rpc: RpcConnection, { state$, actions }: CustomerApp): void {
  rpc.handle(customerRequests.watch, () => {
    let current: CustomerState | undefined;
    let told = false;
    const subscription = state$.subscribe((state) => {
      current = state;
      if (told) rpc.notify(customerNotifications.changed, state);
    });
    told = true;
    rpc.onClose(() => subscription.unsubscribe());
    if (!current) throw new LatchkeyError('rpc.closed');
    return current;
  });
  const { watch: _, ...requests } = customerRequests;
  for (const [name, contract] of Object.entries(requests)) {
    const action = actions[name as keyof Requests] as ((params: unknown) => Promise<void> | void) | undefined;
    rpc.handle(contract as unknown as RequestContract<unknown, Record<string, never>>, async (params) => {
      if (!action) throw new LatchkeyError('customerApp.otherStep');
      await action(params);
      return {};
    });
  }
}
