import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whenDone } from './when-done.ts';

const kept = fileURLToPath(new URL('../../node_modules/.cache/latchkey-payload', import.meta.url));
const payloadsIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => /^payload-.*\.gz$/.test(name)) : [];

/** A build makes another payload: those of builds that nobody has tested for so long (milliseconds) go. */
const keptFor = 86_400_000;

/**
 * Gives a hub what another one has compressed for its Linux installers, and keeps what it compresses itself: that takes
 * seconds of a processor, and is the same for every hub of one build. Names carry the SHA-256 of the content, which the
 * hub checks.
 */
export function keepPayload(data: string): void {
  const folder = join(data, 'installers');
  mkdirSync(folder, { recursive: true });
  for (const name of payloadsIn(kept)) share(join(kept, name), join(folder, name));
  whenDone(() => {
    mkdirSync(kept, { recursive: true });
    for (const name of payloadsIn(folder)) share(join(folder, name), join(kept, name));
    for (const name of payloadsIn(kept)) {
      const { mtimeMs } = statSync(join(kept, name), { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
      if (mtimeMs < Date.now() - keptFor) rmSync(join(kept, name), { force: true });
    }
  });
}

/** One file under both names where that can be, else a copy. Other test files do the same at the same time. */
function share(file: string, other: string): void {
  if (existsSync(other)) return;
  try {
    linkSync(file, other);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') return;
    const partial = `${other}.${process.pid}.part`;
    copyFileSync(file, partial);
    renameSync(partial, other);
  }
}
