import { Subject, takeUntil } from 'rxjs';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { endpointNotifications, type EndpointStanding } from '#protocol/endpoint.ts';
import type { AccessControl } from '../access/access-control.ts';
import type { EndpointConnection } from '../connection/endpoint-connection.ts';
import type { CustomerActions, CustomerApp } from '../customer-page/customer-app.ts';
import { storePassword, type PasswordVault } from '../passwords/password-vault.ts';
import type { EndpointSessions } from '../sessions/endpoint-sessions.ts';
import { AppState, problemOf } from './app-state.ts';

export interface DeviceAppOptions {
  /** The hub's address. */
  readonly hub: string;
  readonly connection: EndpointConnection;
  readonly sessions: EndpointSessions;
  readonly access: AccessControl;
  readonly vault: PasswordVault;
  /** Whoever uses this computer, to be filled in where an account is asked for. */
  readonly account: string;
}

/** What the customer sees of the installed endpoint, and can do about it; and what the hub hears of that. */
export class DeviceApp implements CustomerApp {
  private readonly options: DeviceAppOptions;
  private readonly state: AppState;
  private readonly over = new Subject<void>();
  private rpc: RpcConnection | undefined;
  private standing: EndpointStanding | undefined;
  private storedFor: string | undefined;
  readonly actions: CustomerActions;

  constructor(options: DeviceAppOptions) {
    const { sessions, access, vault, connection } = options;
    this.options = options;
    this.state = new AppState('device', options.hub);
    this.actions = {
      endSession: ({ session }) => sessions.end(session),
      setBlocked: ({ blocked }) => access.setBlocked(blocked),
      storePassword: async (given) => {
        await storePassword(vault, given);
        await this.readVault();
      },
      forgetPassword: async () => {
        await vault.forget();
        await this.readVault();
      },
      remove: async () => {
        await vault.forget();
        this.state.change({ ended: { reason: 'removed', by: null } });
        await connection.leave();
      },
    };
  }

  get state$(): AppState['state$'] {
    return this.state.state$;
  }

  /** Begins to follow what goes on. To be called before the connection runs. */
  async start(): Promise<void> {
    const { connection, sessions, access } = this.options;
    await this.readVault();
    access.blocked$.pipe(takeUntil(this.over)).subscribe((blocked) => {
      sessions.setBlocked(blocked);
      this.tell();
    });
    connection.conversation$.pipe(takeUntil(this.over)).subscribe((rpc) => {
      this.rpc = rpc;
      rpc.onClose(() => {
        if (this.rpc === rpc) this.rpc = undefined;
      });
      this.tell();
    });
    sessions.sessions$.pipe(takeUntil(this.over)).subscribe((all) => this.state.change({ sessions: [...all] }));
    sessions.activity$.pipe(takeUntil(this.over)).subscribe((all) => this.state.change({ activity: [...all] }));
    connection.state$.pipe(takeUntil(this.over)).subscribe((state) => {
      switch (state.kind) {
        case 'connecting':
          return this.state.change({ connection: 'connecting' });
        case 'connected':
          this.standing = state.standing;
          this.state.change({
            connection: 'connected',
            connectionProblem: null,
            organisation: state.standing.organisation,
          });
          return this.showAccess();
        case 'disconnected':
        case 'refused':
          return this.state.change({ connection: 'disconnected', connectionProblem: problemOf(state.error) });
        case 'removed':
          return this.state.change({ ended: { reason: 'removed', by: null } });
        case 'stopped':
          return this.state.change({ ended: { reason: 'closed', by: null } });
      }
    });
  }

  /** Of a device that has not been connected since this program began. */
  remember(standing: EndpointStanding): void {
    this.standing = standing;
    this.state.change({ organisation: standing.organisation });
    this.showAccess();
  }

  dispose(): void {
    this.over.next();
  }

  private async readVault(): Promise<void> {
    // Not knowing is no reason for the endpoint not to run.
    this.storedFor = await this.options.vault.stored().catch(() => undefined);
    this.tell();
  }

  /** Tells the hub what the customer has decided, and the page. */
  private tell(): void {
    const blocked = this.options.access.isBlocked;
    this.rpc?.notify(endpointNotifications.accessChanged, { blocked, passwordStored: this.storedFor !== undefined });
    this.showAccess();
  }

  private showAccess(): void {
    if (!this.standing) return;
    const { access, vault, account } = this.options;
    const { group, nickname } = this.standing;
    this.state.change({
      access: {
        group,
        nickname,
        blocked: access.isBlocked,
        password: {
          support: vault.support,
          stored: this.storedFor !== undefined,
          account: this.storedFor ?? account,
        },
      },
    });
  }
}
