import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whenDone } from './when-done.ts';

const kept = fileURLToPath(new URL('../../node_modules/.cache/latchkey-payload', import.meta.url));
const payloadsIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('payload-')) : [];

/**
 * Gives a hub what another one has compressed for its Linux installers, and keeps what it compresses itself: that takes
 * seconds of a processor, and is the same for every hub of one build. Names carry the SHA-256 of the content, which the
 * hub checks.
 */
export function keepPayload(data: string): void {
  const folder = join(data, 'installers');
  mkdirSync(folder, { recursive: true });
  for (const name of payloadsIn(kept))
    if (!existsSync(join(folder, name))) symlinkSync(join(kept, name), join(folder, name));
  whenDone(() => {
    for (const name of payloadsIn(folder)) keep(folder, name);
  });
}

/** Whole or not at all: other files of tests run at the same time. */
function keep(folder: string, name: string): void {
  const target = join(kept, name);
  if (statSync(target, { throwIfNoEntry: false })?.size === statSync(join(folder, name)).size) return;
  mkdirSync(kept, { recursive: true });
  const partial = join(kept, `partial-${process.pid}`);
  copyFileSync(join(folder, name), partial);
  renameSync(partial, target);
  for (const other of payloadsIn(kept)) if (other !== name) unlinkSync(join(kept, other));
}
