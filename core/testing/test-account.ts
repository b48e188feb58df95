import type { HubOptions } from '#core/hub/hub-options.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { startTestHub, type TestHub, type TestWorkbench } from './test-hub.ts';

const password = 'a long enough password';

/** A hub, its administrator's workbench, and what an administrator makes for tests by the dozen. */
export interface TestAccount {
  readonly hub: TestHub;
  readonly admin: TestWorkbench;
  /** A device group of its own, and the token of an installer for it. */
  newGroup(): Promise<{ group: string; token: string }>;
  /** A technician who is assigned to groups and signed in. */
  newTechnician(groups: string[]): Promise<{ id: string; workbench: TestWorkbench }>;
}

export async function startTestAccount(options: Partial<HubOptions> = {}): Promise<TestAccount> {
  const hub = await startTestHub(options);
  const admin = await hub.workbench();
  let made = 0;
  return {
    hub,
    admin,
    async newGroup() {
      const { id } = await admin.rpc.request(groupRequests.create, { name: `Group ${++made}` });
      const wanted = { group: id, name: null, limit: 5000, expiresAt: null };
      return { group: id, token: (await admin.rpc.request(installerRequests.generate, wanted)).token };
    },
    async newTechnician(groups) {
      const email = `technician${++made}@example.com`;
      const account = { email, name: 'T', role: 'technician' as const, groups, password };
      const { id } = await admin.rpc.request(accountRequests.create, account);
      return { id, workbench: await hub.workbench({ cookie: await hub.signIn(email, password) }) };
    },
  };
}
