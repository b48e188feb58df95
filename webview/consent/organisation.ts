import type { CustomerState } from '#protocol/customer-page.ts';

/** The hub's address as a person reads it: without what is the same for all. */
export const addressOf = (hub: string): string => (URL.canParse(hub) ? new URL(hub).host : hub);

/** Who runs the hub; its address where it has no name. */
export const organisationOf = ({ organisation, hub }: Pick<CustomerState, 'organisation' | 'hub'>): string =>
  organisation.trim() || addressOf(hub);
