import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEntry } from '#protocol/audit.ts';
import { toCsv, toJson } from './audit-export.ts';

const entry: AuditEntry = {
  number: 7,
  at: Date.UTC(2026, 0, 2, 3, 4, 5),
  actor: { kind: 'technician', id: 'aaaaaaaaaaaaaaaa', name: 'lea@example.com' },
  from: '192.0.2.7',
  action: 'device.rename',
  outcome: 'done',
  devices: ['bbbbbbbbbbbbbbbb'],
  subject: null,
  before: { nickname: null },
  after: { nickname: '=HYPERLINK("http://x")' },
};

test('X9 the audit log as CSV: one line an entry, quoted, times in UTC', () => {
  const [head, line, rest] = toCsv([entry]).split('\r\n');
  assert.match(head!, /^number,at,actor,/);
  assert.match(line!, /^7,2026-01-02T03:04:05\.000Z,lea@example\.com,technician,192\.0\.2\.7,device\.rename,done,/);
  assert.ok(line!.includes('"{""nickname"":null}"'));
  assert.equal(rest, '');
});

test('X9 a name that a spreadsheet would run as a formula is made harmless', () => {
  const csv = toCsv([{ ...entry, subject: { kind: 'group', id: 'x', name: '=1+1' } }]);
  assert.ok(csv.includes(",'=1+1,"));
});

test('X9 the audit log as JSON is what the hub answered', () => {
  assert.deepEqual(JSON.parse(toJson([entry])), [entry]);
});
