import { sql, type Kysely } from 'kysely';

/** Roll-outs by group policy, and which method an installer was made for. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('roll_outs')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('installer_id', 'text')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('domain', 'text')
    .addColumn('share', 'text')
    .addColumn('target', 'text')
    .addColumn('expected', 'bigint')
    .addColumn('max_uses', 'bigint', (c) => c.notNull())
    .addColumn('link_to', 'text')
    .addColumn('user_settings_disabled', 'integer', (c) => c.notNull())
    .addColumn('deployment', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by_id', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('changed_at', 'bigint', (c) => c.notNull())
    .addColumn('downloaded_at', 'bigint')
    .addColumn('applied', 'text')
    .addColumn('undo', 'text')
    .execute();
  await schema.createIndex('roll_outs_installer').on('roll_outs').column('installer_id').execute();
  await schema
    .alterTable('installers')
    .addColumn('set_up_by', 'text', (c) => c.notNull().defaultTo('endpointInstaller'))
    .execute();
  // Who was turned away, by installer; joins that succeed pay nothing for it.
  await schema
    .createIndex('audit_refused_subject')
    .on('audit')
    .column('subject_id')
    .where(sql.ref('outcome'), '=', 'refused')
    .execute();
}
