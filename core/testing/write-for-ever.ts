// Writes groups until it is killed, and says on standard output which of them the store has acknowledged. For tests.
import { writeSync } from 'node:fs';
import { newId } from '#core/base/ids.ts';
import { openStore } from '#core/hub/store/open-store.ts';

const store = await openStore({ folder: process.argv[2]! });

async function writeForEver(): Promise<never> {
  for (;;) {
    const name = newId();
    await store.write(async (tx) => {
      const seq = await tx.nextSeq();
      const row = { id: newId(), name, name_key: name, created_at: 1, deleted_at: null, seq };
      await tx.db.insertInto('device_groups').values(row).execute();
    });
    writeSync(1, `${name}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, writeForEver));
