import { z } from 'zod';
import { request } from '../messages.ts';
import { empty } from '../primitives.ts';
import { needs } from './needs.ts';

/** Views, context keys, commands, and what else the workbench does for an extension. */
export const workbenchCalls = {
  refreshView: needs(
    null,
    request('views/refresh', z.object({ view: z.string(), node: z.string().nullable().default(null) }), empty),
  ),
  setContext: needs(
    null,
    request(
      'context/set',
      z.object({ key: z.string().max(100), value: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
      empty,
    ),
  ),
  executeCommand: needs(
    'commands:execute',
    request(
      'commands/execute',
      z.object({ command: z.string(), arguments: z.record(z.string(), z.unknown()) }),
      z.unknown(),
    ),
  ),
  /** A small store of the extension's own, kept on the technician's machine. At most 1 MiB as JSON. */
  storageGet: needs(
    'storage',
    request('storage/get', z.object({ key: z.string().max(100) }), z.object({ value: z.unknown() })),
  ),
  storageSet: needs(
    'storage',
    request('storage/set', z.object({ key: z.string().max(100), value: z.unknown() }), empty),
  ),
  /** The text of an error that came as data, a set-up's `problem` for example, in the workbench's language. */
  describeProblem: needs(
    null,
    request(
      'l10n/describeProblem',
      z.object({ code: z.string().max(100), args: z.record(z.string(), z.union([z.string(), z.number()])) }),
      z.object({ text: z.string() }),
    ),
  ),
  log: needs(
    null,
    request(
      'log/write',
      z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string().max(10_000) }),
      empty,
    ),
  ),
};
