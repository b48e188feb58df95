import { domainRecord } from '../domain/domain-step.ts';
import { changeList } from '../domain/step-change.ts';

/** The most things that an entry of the audit log names. */
const mostNamed = 50;

/**
 * What stays in a domain when a roll-out is forgotten, for whoever has to look for it by hand.
 * @param undo as it is kept with the roll-out; where it is damaged, that is what is said
 */
export function leftBehind(undo: string): Record<string, unknown> {
  const parsed = domainRecord.safeParse(parse(undo));
  if (!parsed.success) return { damaged: true };
  const { domain, server, policy, steps } = parsed.data;
  const objects = changeList(steps).map(({ kind, target }) => `${kind}: ${target}`);
  return {
    ...{ domain, domainController: server, policy, objects: objects.slice(0, mostNamed) },
    ...(objects.length > mostNamed && { more: objects.length - mostNamed }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
