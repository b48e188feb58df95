import { sql, type Kysely, type SchemaModule } from 'kysely';

/** All tables of the first version. Names of types are those that mean the same in SQLite and PostgreSQL. */
export async function up(db: Kysely<any>): Promise<void> {
  await keptByTheHub(db.schema, db);
  await accounts(db.schema);
  await devices(db.schema);
  await installers(db.schema);
  await audit(db.schema);
}

async function keptByTheHub(schema: SchemaModule, db: Kysely<any>): Promise<void> {
  await schema
    .createTable('counters')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'bigint', (c) => c.notNull())
    .execute();
  await db
    .insertInto('counters')
    .values([
      { name: 'seq', value: 0 },
      { name: 'audit', value: 0 },
    ])
    .execute();
  await schema
    .createTable('secrets')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('permission_settings')
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('permission', 'text', (c) => c.notNull())
    .addColumn('allowed', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('permission_settings_key', ['technician_id', 'permission'])
    .execute();
  await schema
    .createTable('profile_documents')
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('document', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('profile_documents_key', ['technician_id', 'document'])
    .execute();
}

async function accounts(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('technicians')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('password_is_initial', 'integer', (c) => c.notNull())
    .addColumn('disabled', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('technician_groups')
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('technician_groups_key', ['technician_id', 'group_id'])
    .execute();
  await schema
    .createTable('sign_ins')
    .addColumn('secret_hash', 'text', (c) => c.primaryKey())
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('sign_ins_technician').on('sign_ins').column('technician_id').execute();
  await schema
    .createTable('api_tokens')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('secret_hash', 'text', (c) => c.notNull().unique())
    .addColumn('technician_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await schema.createIndex('api_tokens_technician').on('api_tokens').column('technician_id').execute();
}

async function devices(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('device_groups')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('name_key', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('deleted_at', 'bigint')
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('device_groups_seq').on('device_groups').column('seq').execute();
  await schema
    .createIndex('device_groups_name')
    .unique()
    .on('device_groups')
    .column('name_key')
    .where(sql.ref('deleted_at'), 'is', null)
    .execute();
  await schema
    .createTable('devices')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('nickname', 'text')
    .addColumn('host_name', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('platform', 'text', (c) => c.notNull())
    .addColumn('system_name', 'text', (c) => c.notNull())
    .addColumn('system_version', 'text', (c) => c.notNull())
    .addColumn('endpoint_version', 'text', (c) => c.notNull())
    .addColumn('joined_at', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_at', 'bigint')
    .addColumn('public_key', 'text', (c) => c.notNull().unique())
    .addColumn('installer_id', 'text')
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('waiting_for', 'text')
    .addColumn('deleted_at', 'bigint')
    .addColumn('moved_seq', 'bigint')
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('devices_seq').on('devices').column('seq').execute();
  await schema.createIndex('devices_group').on('devices').columns(['group_id', 'seq']).execute();
}

async function installers(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('installers')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('group_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text')
    .addColumn('max_uses', 'integer', (c) => c.notNull())
    .addColumn('used', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by_id', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute();
  await schema.createIndex('installers_group').on('installers').column('group_id').execute();
  await schema
    .createTable('installer_uses')
    .addColumn('device_id', 'text', (c) => c.primaryKey())
    .addColumn('installer_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('host_name', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('installer_uses_installer').on('installer_uses').columns(['installer_id', 'at']).execute();
}

async function audit(schema: SchemaModule): Promise<void> {
  await schema
    .createTable('audit')
    .addColumn('number', 'bigint', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor_kind', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text', (c) => c.notNull())
    .addColumn('address', 'text')
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('subject_kind', 'text')
    .addColumn('subject_id', 'text')
    .addColumn('subject_name', 'text')
    .addColumn('before', 'text')
    .addColumn('after', 'text')
    .execute();
  await schema.createIndex('audit_actor').on('audit').columns(['actor_id', 'number']).execute();
  await schema
    .createTable('audit_devices')
    .addColumn('device_id', 'text', (c) => c.notNull())
    .addColumn('number', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_devices_key', ['device_id', 'number'])
    .execute();
  await schema.createIndex('audit_devices_number').on('audit_devices').column('number').execute();
}
