import type { Kysely } from 'kysely';

/** User groups with permissions of their own, two-factor sign-in, and what administrators set for the whole account. */
export async function up(db: Kysely<any>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('user_groups')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull().unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('user_group_members')
    .addColumn('user_group_id', 'text', (c) => c.notNull())
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('user_group_members_key', ['user_group_id', 'technician_id'])
    .execute();
  await schema.alterTable('permission_settings').renameColumn('technician_id', 'subject_id').execute();
  await schema
    .createTable('two_factor')
    .addColumn('technician_id', 'text', (c) => c.primaryKey())
    .addColumn('secret', 'text')
    .addColumn('last_step', 'bigint', (c) => c.notNull())
    .addColumn('pending_secret', 'text')
    .addColumn('pending_at', 'bigint')
    .execute();
  await schema
    .createTable('recovery_codes')
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('code_hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('recovery_codes_key', ['technician_id', 'code_hash'])
    .execute();
  await schema
    .createTable('account_settings')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
}
