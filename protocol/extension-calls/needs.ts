import type { Capability } from '../manifest.ts';
import type { RequestContract } from '../messages.ts';

/** A message of an extension's to the workbench, with the capability that it takes: null where every extension may. */
export function needs<C extends RequestContract<any, any>>(capability: Capability | null, contract: C) {
  return { capability, contract };
}
