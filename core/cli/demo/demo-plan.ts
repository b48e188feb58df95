import { installerLimit } from '#protocol/installers.ts';
import type { DemoHub } from './demo-hub.ts';

interface Customer {
  readonly name: string;
  /** Of the fleet. */
  readonly share: number;
  /** Its installer is made for a few computers less, so that some wait for approval. */
  readonly tight?: boolean;
}

const customers: readonly Customer[] = [
  { name: 'Nordlicht Logistik', share: 0.34 },
  { name: 'Cabinet Lefèvre & Associés', share: 0.2 },
  { name: 'Harbour Dental', share: 0.16, tight: true },
  { name: 'Bäckerei Sommer', share: 0.12 },
  { name: 'Atelier Moreau', share: 0.1 },
  { name: 'Keller Maschinenbau', share: 0.08 },
];

/** The name of the installers of a demonstration: by it the next start finds them. */
const installerName = 'Demo';

/** One customer's computers. */
export interface DemoFleetPlan {
  readonly token: string;
  readonly count: number;
}

/**
 * The customers' groups and installers, and how many computers each brings. What an earlier start has made is used again,
 * so that the same computers come back; what somebody has revoked since is made anew.
 */
export async function planDemo(hub: DemoHub, count: number): Promise<{ groups: Set<string>; plan: DemoFleetPlan[] }> {
  const existing = new Map((await hub.groups()).map((group) => [group.name, group]));
  const installers = (await hub.installers()).filter(
    ({ name, state }) => name === installerName && state !== 'revoked',
  );
  const groups = new Set<string>();
  const plan: DemoFleetPlan[] = [];
  for (const { name, tight, counted } of divide(count)) {
    const group = existing.get(name) ?? (await hub.createGroup(name));
    groups.add(group.id);
    if (counted === 0) continue;
    const installer = installers.find((each) => each.group === group.id);
    const limit = tight ? Math.max(1, counted - 3) : installerLimit;
    const token = installer
      ? await hub.tokenOf(installer.id)
      : await hub.generateInstaller(group.id, installerName, limit);
    plan.push({ token, count: counted });
  }
  return { groups, plan };
}

/** Whole computers for each customer, as many as asked in all. */
function divide(count: number): { name: string; tight: boolean; counted: number }[] {
  let from = 0;
  let share = 0;
  return customers.map((customer) => {
    share += customer.share;
    const to = Math.min(count, Math.round(share * count));
    const counted = to - from;
    from = to;
    return { name: customer.name, tight: customer.tight ?? false, counted };
  });
}
