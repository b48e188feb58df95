import { z } from 'zod';
import { notification, request } from './messages.ts';
import { empty, id } from './primitives.ts';

/*
 * Terminals of a session. The same messages go from workbench to hub and from hub to endpoint; the hub checks that the
 * sender takes part, is in control where it matters, and may use the terminal, and passes them on.
 *
 * Output is a stream of bytes with offsets. The endpoint keeps the last `keptBytes` of it, sends no more than `windowBytes`
 * beyond what was acknowledged, and holds the program back beyond that: so nothing is lost when a connection is, and
 * nothing floods a slow one. Bytes are base64.
 */

export const windowBytes = 512 * 1024;
export const keptBytes = 2 * 1024 * 1024;
/** The most bytes in one message. */
export const chunkBytes = 48 * 1024;

const bytes = z.base64().max(Math.ceil((chunkBytes * 4) / 3) + 4);
const offset = z.number().int().nonnegative();
const size = { columns: z.number().int().min(2).max(1000), rows: z.number().int().min(1).max(500) };
const of = { session: id, terminal: id };

export const terminalRequests = {
  /** Starts a shell in a pseudo-terminal. Takes control of the session. */
  open: request('terminal/open', z.object({ session: id, ...size }), z.object({ terminal: id })),
  /** Those that are open, to attach to. */
  list: request(
    'terminal/list',
    z.object({ session: id }),
    z.array(z.object({ terminal: id, title: z.string().max(200), ...size })),
  ),
  /**
   * Has the output sent from `from` on, or from the earliest byte kept where that is later: to whoever has just come, and
   * again after a lost connection. `offset` is where what follows begins; what stands before `end` was printed before now,
   * so that what the program asked the terminal then is not answered a second time. A workbench gets no output before
   * it attaches. The endpoint sends one stream, which begins anew; the hub gives each workbench what it lacks, and attaches
   * by itself for those that were too slow, and for all when the computer is back.
   */
  attach: request('terminal/attach', z.object({ ...of, from: offset }), z.object({ offset, end: offset.optional() })),
  close: request('terminal/close', z.object(of), empty),
};

export const terminalNotifications = {
  /** Towards the endpoint, from whoever is in control. */
  input: notification('terminal/input', z.object({ ...of, data: bytes })),
  resize: notification('terminal/resize', z.object({ ...of, ...size })),
  /** Towards the endpoint: all before `offset` has been shown. The hub passes on those of whoever is in control. */
  acknowledge: notification('terminal/acknowledge', z.object({ ...of, offset })),
  /** From the endpoint. */
  output: notification('terminal/output', z.object({ ...of, offset, data: bytes })),
  resized: notification('terminal/resized', z.object({ ...of, ...size })),
  /** From the endpoint: the shell has ended. `code` null where a signal ended it. */
  exited: notification('terminal/exited', z.object({ ...of, code: z.number().int().nullable() })),
};
