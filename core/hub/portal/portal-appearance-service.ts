import { createHash } from 'node:crypto';
import { BehaviorSubject, distinctUntilChanged, map, skip, type Observable } from 'rxjs';
import { portalAppearance, type PortalAppearance } from '#protocol/portal.ts';
import type { HubPart } from '../hub-part.ts';
import type { Store } from '../store/store.ts';
import { requireAdministrator, type TechnicianActor } from '../workbench/technician-actor.ts';
import { requireLogo } from './logo.ts';

/** Under which it is kept. */
const setting = 'portalAppearance';
const plain: PortalAppearance = { name: '', message: '', logo: '', color: null };

/** How the public pages look, and what the support organisation is called. */
export class PortalAppearanceService implements HubPart {
  private readonly store: Store;
  private readonly appearance = new BehaviorSubject<PortalAppearance>(plain);
  /** The organisation's name, when it becomes another. */
  readonly name$: Observable<string> = this.appearance.pipe(
    map(({ name }) => name),
    distinctUntilChanged(),
    skip(1),
  );

  constructor(store: Store) {
    this.store = store;
  }

  async start(): Promise<void> {
    const row = await this.store.read
      .selectFrom('account_settings')
      .select('value')
      .where('name', '=', setting)
      .executeTakeFirst();
    const kept = row && portalAppearance.safeParse(JSON.parse(row.value));
    if (kept?.success) this.appearance.next(kept.data);
  }

  get current(): PortalAppearance {
    return this.appearance.value;
  }

  /** @throws LatchkeyError `permission.administratorOnly`, `portal.logoInvalid` */
  async set(actor: TechnicianActor, appearance: PortalAppearance): Promise<PortalAppearance> {
    requireAdministrator(actor, 'portal.setAppearance');
    requireLogo(appearance.logo);
    const value = JSON.stringify(appearance);
    await this.store.write(async (tx) => {
      await tx.db
        .insertInto('account_settings')
        .values({ name: setting, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
      const before = toldOf(this.current);
      await tx.audit({ actor, action: 'portal.setAppearance', before, after: toldOf(appearance) });
      tx.afterCommit(() => this.appearance.next(appearance));
    });
    return appearance;
  }
}

/** A picture is told by its hash. */
const toldOf = ({ logo, ...rest }: PortalAppearance): Record<string, unknown> => ({
  ...rest,
  logo: logo && createHash('sha256').update(logo).digest('hex').slice(0, 16),
});
