import { z } from 'zod';
import { request } from '../messages.ts';
import { empty, id } from '../primitives.ts';
import { rollOutChange, rollOutFile, rollOutRequests } from '../roll-outs.ts';
import { needs } from './needs.ts';

/** Roll-outs by group policy. */
export const rollOutCalls = {
  rollOutsList: needs('rollOuts', rollOutRequests.list),
  rollOutsGet: needs('rollOuts', rollOutRequests.get),
  rollOutsCreate: needs('rollOuts', rollOutRequests.create),
  rollOutsUpdate: needs('rollOuts', rollOutRequests.update),
  rollOutsDelete: needs('rollOuts', rollOutRequests.delete),
  rollOutsMade: needs('rollOuts', rollOutRequests.made),
  rollOutsProgress: needs('rollOuts', rollOutRequests.progress),
  rollOutsPrepare: needs('rollOuts', rollOutRequests.prepare),
  rollOutsSubscribe: needs('rollOuts', request('rollOuts/subscribe', empty, empty)),
  /** As `installersSave`. */
  rollOutsSave: needs(
    'rollOuts',
    request(
      'rollOuts/save',
      z.object({ file: rollOutFile, output: z.string().optional() }),
      z.object({ path: z.string().nullable() }),
    ),
  ),
  /**
   * Applies it to the domain, or takes that back: the workbench asks for a domain controller and for credentials, which no
   * extension sees, and shows what would be changed first. null: the person thought better of it.
   */
  rollOutsChangeDomain: needs(
    'rollOuts',
    request(
      'rollOuts/changeDomain',
      z.object({
        rollOut: id,
        action: z.enum(['apply', 'undo']),
        domainController: z.string().max(255).optional(),
        account: z.string().max(255).optional(),
        certificate: z.string().max(128).optional(),
      }),
      z.object({ changes: z.array(rollOutChange).nullable() }),
    ),
  ),
};
