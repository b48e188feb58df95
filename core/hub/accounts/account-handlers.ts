import { accountNotifications, accountRequests } from '#protocol/accounts.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { AccountService } from './account-service.ts';
import type { TechnicianDirectory } from './technician-directory.ts';

export class AccountHandlers implements WorkbenchHandlers {
  private readonly accounts: AccountService;

  constructor(accounts: AccountService, directory: TechnicianDirectory, connections: WorkbenchConnections) {
    this.accounts = accounts;
    directory.changed$.subscribe((identity) => {
      connections.notifyTechnician(identity.technician.id, accountNotifications.changed, identity);
    });
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { accounts } = this;
    registry.handle(accountRequests.me, (_, { actor }) => ({ ...accounts.me(actor), now: Date.now() }), {
      beforeTwoFactor: true,
    });
    registry.handle(accountRequests.list, (_, { actor }) => accounts.list(actor));
    registry.handle(accountRequests.administrators, () => accounts.administrators(), { beforeTwoFactor: true });
    registry.handle(accountRequests.create, (account, { actor }) => accounts.create(actor, account), {
      audit: 'account.create',
    });
    registry.handle(
      accountRequests.update,
      ({ technician, ...changes }, { actor }) => accounts.update(actor, technician, changes),
      { audit: 'account.update' },
    );
    registry.handle(accountRequests.changePassword, async ({ current, next }, { actor, connection }) => {
      const { kind, id } = connection.credential;
      await accounts.changePassword(actor, current, next, kind === 'signIn' ? id : undefined);
      return {};
    });
    registry.handle(
      accountRequests.resetPassword,
      async ({ technician, next }, { actor }) => {
        await accounts.resetPassword(actor, technician, next);
        return {};
      },
      { audit: 'account.resetPassword' },
    );
  }
}
