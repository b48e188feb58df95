import type { z } from 'zod';
import { rollOutRequests, type RollOutChangeList } from '#protocol/roll-outs.ts';
import { watchPayload } from '../installers/watch-payload.ts';
import type { PayloadWatcher } from '../installers/formats/payload-cache.ts';
import type { WorkbenchCall, WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { DomainRollOuts } from './domain-roll-outs.ts';
import type { DomainCredentials } from './domain-session.ts';

type Access = z.output<typeof rollOutRequests.apply.params>;
type Work = (
  actor: TechnicianActor,
  id: string,
  credentials: DomainCredentials,
  watcher: PayloadWatcher,
  preview?: string,
) => Promise<RollOutChangeList>;

/** What of a roll-out is done in the domain itself. */
export class DomainHandlers implements WorkbenchHandlers {
  private readonly domain: DomainRollOuts;

  constructor(domain: DomainRollOuts) {
    this.domain = domain;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { domain } = this;
    // Asking for a preview signs in to a domain, and so somebody may want to know of it too.
    const answers = [
      [rollOutRequests.preview, 'rollOut.preview', domain.preview.bind(domain)],
      [rollOutRequests.apply, 'rollOut.apply', domain.apply.bind(domain)],
      [rollOutRequests.undo, 'rollOut.undo', domain.undo.bind(domain)],
    ] as const;
    for (const [contract, audit, work] of answers) {
      registry.handle(contract, (access: Access, call) => watched(access, call, work), { audit });
    }
    registry.handle(rollOutRequests.made, ({ rollOut }, { actor }) => domain.made(actor, rollOut), {
      audit: 'rollOut.made',
    });
  }
}

async function watched(
  { rollOut, preview, ...credentials }: Access,
  call: WorkbenchCall,
  work: Work,
): Promise<RollOutChangeList> {
  const watching = watchPayload(call);
  try {
    return await work(call.actor, rollOut, credentials, watching.watcher, preview);
  } finally {
    watching.dispose();
  }
}
