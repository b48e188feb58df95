import type { Kysely } from 'kysely';
import type { DeviceFacts } from '#protocol/facts.ts';
import { marksOf } from '../../endpoints/hardware.ts';

/** In one statement. */
const rowsAtOnce = 1000;

/** By what computers are recognised among many devices. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('device_marks')
    .addColumn('mark', 'text', (c) => c.notNull())
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('device_marks_key', ['mark', 'device_id'])
    .execute();
  await schema.createIndex('device_marks_device').on('device_marks').column('device_id').execute();
  await markKnownDevices(db);
}

async function markKnownDevices(db: Kysely<any>): Promise<void> {
  for (let last = ''; ;) {
    const rows = (await db
      .selectFrom('devices')
      .select(['id', 'facts'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(rowsAtOnce)
      .execute()) as { id: string; facts: string }[];
    const marks = rows.flatMap(({ id, facts }) =>
      marksOf(JSON.parse(facts) as DeviceFacts).map((mark) => ({ mark, device_id: id })),
    );
    for (let start = 0; start < marks.length; start += rowsAtOnce) {
      await db
        .insertInto('device_marks')
        .values(marks.slice(start, start + rowsAtOnce))
        .execute();
    }
    const end = rows.at(-1)?.id;
    if (end === undefined) return;
    last = end;
  }
}
