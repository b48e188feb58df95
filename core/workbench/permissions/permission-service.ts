import { BehaviorSubject, filter, type Observable } from 'rxjs';
import { accountRequests } from '#protocol/accounts.ts';
import { permissionNotifications, permissionRequests, type EffectivePermission } from '#protocol/permissions.ts';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';
import { isRight } from '../context-keys/rights.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';

/** More names than these are not read. */
const mostNames = 3;

/** Changes with each reason why something is not allowed, so that what is drawn by context keys is drawn anew. */
const revisionKey = 'permission.revision';

/**
 * What the technician who is signed in may do. Sets `permission.NAME` for when-clauses. The hub enforces it; here it greys
 * out what would be refused.
 */
export class PermissionService {
  private readonly connection: HubConnection;
  private readonly contextKeys: ContextKeyService;
  private readonly l10n: LocalizationService;
  private readonly effective = new BehaviorSubject<readonly EffectivePermission[]>([]);
  /** Names of those who can change it. */
  private administrators: readonly string[] = [];
  /** Whether they were asked for since the connection began, or a permission changed. */
  private named = false;
  private revision = 0;

  readonly effective$: Observable<readonly EffectivePermission[]> = this.effective;
  /** What is allowed may be other, or the reason why something is not. */
  readonly changes$: Observable<unknown>;

  constructor(connection: HubConnection, contextKeys: ContextKeyService, l10n: LocalizationService) {
    this.connection = connection;
    this.contextKeys = contextKeys;
    this.l10n = l10n;
    this.changes$ = contextKeys.changes$.pipe(filter((keys) => [...keys].some(isRight)));
    connection.on(permissionNotifications.changed, ({ permissions }) => {
      this.set(permissions);
      void this.loadAdministrators();
    });
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
    return this.find(permission)?.allowed ?? true;
  }

  /**
   * Why it is not allowed and who can change that; undefined where it is allowed.
   * @param permission one of `permissions.ts`, or `administrator` for what only they may do
   */
  reason(permission: string): string | undefined {
    if (permission === 'administrator') return this.administratorsOnly();
    const found = this.find(permission);
    if (!found || found.allowed) return undefined;
    return this.l10n.t('permission.off', { what: this.cause(found), who: this.whoCanChangeIt() });
  }

  /** Asks the hub anew. Resolves once the permissions in force are known. */
  async load(): Promise<void> {
    this.set(await this.connection.request(permissionRequests.effective, {}));
    await this.loadAdministrators();
  }

  private administratorsOnly(): string | undefined {
    // Where it is not known yet who is signed in, the hub decides.
    if (this.contextKeys.get('administrator') !== false || this.connection.identity === undefined) return undefined;
    const { l10n } = this;
    if (!this.named) void this.nameAdministrators();
    if (this.administrators.length === 0) return l10n.t('permission.administrator');
    return l10n.t('permission.administrator.ask', { names: this.names() });
  }

  private find(permission: string): EffectivePermission | undefined {
    return this.effective.value.find((each) => each.permission === permission);
  }

  private cause({ decidedBy, userGroup = '' }: EffectivePermission): string {
    if (decidedBy !== 'unattended' && decidedBy !== 'session') {
      return this.l10n.t(`permission.off.${decidedBy}`, { userGroup });
    }
    const ground = this.find(decidedBy);
    const scope = ground?.decidedBy ?? 'account';
    return this.l10n.t(`permission.off.${decidedBy}.${scope}`, { userGroup: ground?.userGroup ?? '' });
  }

  private whoCanChangeIt(): string {
    const { l10n, administrators } = this;
    if (this.contextKeys.get('administrator') === true) return l10n.t('permission.who.self');
    if (administrators.length === 0) return l10n.t('permission.who.nobodyKnown');
    return l10n.t('permission.who.names', { names: this.names() });
  }

  private names(): string {
    const { l10n, administrators } = this;
    const named = administrators.slice(0, mostNames);
    if (administrators.length > mostNames) named.push(l10n.t('permission.who.another'));
    return new Intl.ListFormat(l10n.language, { type: 'disjunction' }).format(named);
  }

  private async loadAdministrators(): Promise<void> {
    this.named = false;
    if (this.effective.value.some(({ allowed }) => !allowed)) await this.nameAdministrators();
  }

  private async nameAdministrators(): Promise<void> {
    this.named = true;
    try {
      const list = await this.connection.request(accountRequests.administrators, {});
      this.administrators = list.map(({ name }) => name);
      this.contextKeys.set(revisionKey, ++this.revision);
    } catch {
      // Lost: whom to ask is said without names until the next connection.
    }
  }

  private set(permissions: readonly EffectivePermission[]): void {
    const gone = this.effective.value.map(({ permission }) => [`permission.${permission}`, undefined]);
    const now = permissions.map(({ permission, allowed }) => [`permission.${permission}`, allowed]);
    this.effective.next(permissions);
    this.contextKeys.setAll({ ...Object.fromEntries([...gone, ...now]), [revisionKey]: ++this.revision });
  }
}
