import { z } from 'zod';
import { request } from './messages.ts';
import { empty, id, timestamp } from './primitives.ts';

/*
 * Files of the computer in a session, with the rights of the account that its terminal has. The same messages go from
 * workbench to hub and from hub to endpoint. Whoever transfers asks for, or sends, piece after piece, a few at once: so a
 * transfer goes on where it stopped after a lost connection. A file appears under its name once it is whole.
 */

/** The most bytes in one piece. */
export const pieceBytes = 256 * 1024;

const path = z.string().min(1).max(4096);
const size = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.base64().max(Math.ceil((pieceBytes * 4) / 3) + 4);

export const fileEntry = z.object({
  name: z.string().max(255),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  size,
  modifiedAt: timestamp,
});
export type FileEntry = z.output<typeof fileEntry>;

export const fileRequests = {
  /** null: the folder that the account starts in. `parent` is null at the top; on Windows the top lists the drives. */
  list: request(
    'files/list',
    z.object({ session: id, path: path.nullable() }),
    z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(fileEntry), more: z.boolean() }),
  ),
  /** Begins to read a file. */
  read: request('files/read', z.object({ session: id, path }), z.object({ transfer: id, name: z.string(), size })),
  /** The bytes from `offset` on, `pieceBytes` of them, fewer at the end. */
  piece: request('files/piece', z.object({ session: id, transfer: id, offset: size }), z.object({ data: bytes })),
  /** Begins to write a file into a folder. Fails with `file.exists` where one has its name, unless told to replace it. */
  write: request(
    'files/write',
    z.object({
      session: id,
      folder: path,
      name: z.string().min(1).max(255),
      size,
      replace: z.boolean().default(false),
    }),
    z.object({ transfer: id, path: z.string() }),
  ),
  put: request('files/put', z.object({ session: id, transfer: id, offset: size, data: bytes }), empty),
  /** All is there: a written file gets its name. Answers with what was read or written, for the other side to compare. */
  finish: request('files/finish', z.object({ session: id, transfer: id }), z.object({ size, sha256 })),
  /** Gives a transfer up; what was written of it is deleted. */
  abandon: request('files/abandon', z.object({ session: id, transfer: id }), empty),
};
