import { BehaviorSubject, type Observable } from 'rxjs';
import { permissionNotifications, permissionRequests, type EffectivePermission } from '#protocol/permissions.ts';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';

/**
 * What the technician who is signed in may do. Sets `permission.NAME` for when-clauses. The hub enforces it; here it greys
 * out what would be refused.
 */
export class PermissionService {
  private readonly connection: HubConnection;
  private readonly contextKeys: ContextKeyService;
  private readonly l10n: LocalizationService;
  private readonly effective = new BehaviorSubject<readonly EffectivePermission[]>([]);

  readonly effective$: Observable<readonly EffectivePermission[]> = this.effective;

  constructor(connection: HubConnection, contextKeys: ContextKeyService, l10n: LocalizationService) {
    this.connection = connection;
    this.contextKeys = contextKeys;
    this.l10n = l10n;
    connection.on(permissionNotifications.changed, ({ permissions }) => this.set(permissions));
    connection.status$.subscribe(({ state }) => {
      if (state === 'online') void this.load().catch(() => {}); // lost again: the next connection asks
      if (state === 'signedOut') this.set([]);
    });
    connection.identity$.subscribe((identity) =>
      contextKeys.setAll({
        signedIn: identity !== undefined,
        administrator: identity?.technician.role === 'administrator',
      }),
    );
  }

  /** Whether a permission is in force. One that is not known yet is taken to be; the hub decides. */
  isAllowed(permission: string): boolean {
    return this.effective.value.find((each) => each.permission === permission)?.allowed ?? true;
  }

  /** Why it is not allowed and who can change that; undefined where it is allowed. */
  reason(permission: string): string | undefined {
    const found = this.effective.value.find((each) => each.permission === permission);
    if (!found || found.allowed) return undefined;
    return this.l10n.t(`permission.off.${found.decidedBy}`);
  }

  /** Asks the hub anew. Resolves once the permissions in force are known. */
  async load(): Promise<void> {
    this.set(await this.connection.request(permissionRequests.effective, {}));
  }

  private set(permissions: readonly EffectivePermission[]): void {
    const gone = this.effective.value.map(({ permission }) => [`permission.${permission}`, undefined]);
    const now = permissions.map(({ permission, allowed }) => [`permission.${permission}`, allowed]);
    this.effective.next(permissions);
    this.contextKeys.setAll(Object.fromEntries([...gone, ...now]));
  }
}
