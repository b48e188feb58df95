import { z } from 'zod';
import { timestamp } from '#protocol/primitives.ts';
import { readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';

const removal = z.object({ version: z.literal(1), begunAt: timestamp });

/**
 * Whether the hub has told this endpoint to go ahead and remove itself: there is no way back, so whoever starts next goes on.
 * A file that is damaged says so too: nothing else writes one.
 */
export async function isBeingRemoved(folder: DataFolder): Promise<boolean> {
  return readJsonFile(folder.removalFile, removal).then(
    (found) => found !== undefined,
    () => true,
  );
}

/** @throws LatchkeyError `file.unwritable` */
export const markRemoval = (folder: DataFolder): Promise<void> =>
  writeJsonFile(folder.removalFile, { version: 1, begunAt: Date.now() } satisfies z.output<typeof removal>);
