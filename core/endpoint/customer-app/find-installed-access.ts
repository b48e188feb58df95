import { dirname } from 'node:path';
import { BehaviorSubject } from 'rxjs';
import { customerNotifications, customerRequests, type CustomerState } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { connectToControl, type ControlClient } from '../control/control-client.ts';
import { installedFolder } from '../data-folder/data-folder.ts';
import type { InstalledAccess } from './installed-access.ts';

/** Installed here or not, and running or not: asked of the endpoint itself, where this account may. */
export function findInstalledAccess(root: string): InstalledAccess {
  const { controlSocket } = installedFolder(root);
  const access = new BehaviorSubject<CustomerState['access']>(null);
  let client: ControlClient | undefined;
  let disposed = false;

  async function refresh(): Promise<void> {
    client?.close();
    const own = await connectToControl(controlSocket, (rpc) =>
      rpc.on(customerNotifications.changed, (state) => access.next(state.ended ? null : state.access)),
    ).catch(() => undefined);
    client = own;
    if (disposed) own?.close();
    if (!own || disposed) return;
    own.rpc.onClose(() => {
      if (client !== own) return;
      client = undefined;
      access.next(null);
    });
    const state = await own.rpc.request(customerRequests.watch, {}).catch(() => undefined);
    access.next(state?.access ?? null);
  }

  const forward =
    <P, R>(contract: RequestContract<P, R>) =>
    async (params: P): Promise<void> => {
      if (!client) throw new LatchkeyError('customerApp.notRunning', { folder: dirname(controlSocket) });
      await client.rpc.request<P, R>(contract, params, { timeout: 120 });
    };
  void refresh();
  return {
    access$: access,
    actions: {
      setBlocked: forward(customerRequests.setBlocked),
      storePassword: forward(customerRequests.storePassword),
      forgetPassword: forward(customerRequests.forgetPassword),
      remove: forward(customerRequests.remove),
    },
    refresh,
    dispose() {
      disposed = true;
      client?.close();
    },
  };
}
