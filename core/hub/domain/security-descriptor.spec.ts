import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNumericAcl, parsePrintedAcl } from './acl-text.ts';
import {
  appliers,
  applyGroupPolicy,
  arranged,
  authenticatedUsers,
  folderPermissions,
  hasObjectRights,
  inheritedPermissions,
  mayReadAndExecute,
  samePermissions,
  withApplier,
} from './policy-permissions.ts';
import {
  formatGuid,
  formatSecurityDescriptor,
  formatSid,
  parseGuid,
  parseSecurityDescriptor,
  parseSid,
  toSddl,
  type SecurityDescriptor,
} from './security-descriptor.ts';

const domain = 'S-1-5-21-3927382860-2303134174-1028034943';
const admins = `${domain}-512`;
const computers = `${domain}-515`;

/** As a new policy's entry has it. */
const policy: SecurityDescriptor = {
  control: 0x9004,
  owner: admins,
  group: admins,
  dacl: [
    { type: 0, flags: 2, mask: 0x000f00ff, sid: admins },
    { type: 0, flags: 10, mask: 0x000f00ff, sid: 'S-1-3-0' },
    { type: 0, flags: 0, mask: 0x000f00ff, sid: admins },
    { type: 0, flags: 2, mask: 0x00020094, sid: authenticatedUsers },
    { type: 5, flags: 2, mask: 0x100, objectType: applyGroupPolicy, sid: authenticatedUsers },
    { type: 0, flags: 2, mask: 0x00020094, sid: 'S-1-5-9' },
  ],
};

describe('security descriptors', () => {
  it('D5: SIDs and GUIDs are the bytes that Windows has', () => {
    assert.equal(formatSid('S-1-5-32-544').toString('hex'), '01020000000000052000000020020000');
    assert.equal(parseSid(formatSid(computers)), computers);
    assert.equal(formatGuid(applyGroupPolicy).toString('hex'), '8ffdaced' + 'b3ff' + 'd111' + 'b41d00a0c968f939');
    assert.equal(parseGuid(formatGuid(applyGroupPolicy)), applyGroupPolicy);
  });

  it('D5: a descriptor is written as [MS-DTYP] has it, and read again', () => {
    const bytes = formatSecurityDescriptor(policy);
    assert.deepEqual([bytes[0], bytes.readUInt16LE(2), bytes.readUInt32LE(12)], [1, 0x9004, 0]);
    const acl = bytes.readUInt32LE(16);
    assert.deepEqual(
      [bytes[acl], bytes.readUInt16LE(acl + 2), bytes.readUInt16LE(acl + 4)],
      [4, bytes.length - acl, 6],
    );
    assert.deepEqual(parseSecurityDescriptor(bytes), policy);
    assert.throws(() => parseSecurityDescriptor(bytes.subarray(0, bytes.length - 4)), RangeError);
  });

  it('D5: the group alone applies the policy, and all keep reading it (MS16-072)', () => {
    const filtered = withApplier(policy, computers);
    assert.deepEqual(appliers(filtered), [computers]);
    const readers = filtered.dacl.filter(({ type, mask }) => type === 0 && mask === 0x20094).map(({ sid }) => sid);
    assert.deepEqual(readers.sort(), [authenticatedUsers, computers, 'S-1-5-9'].sort());
    const other = withApplier(filtered, `${domain}-1234`);
    assert.deepEqual(appliers(other), [`${domain}-1234`]);
    assert.ok(!other.dacl.some(({ sid }) => sid === computers));
    assert.ok(samePermissions(withApplier(other, authenticatedUsers), arranged(policy)));
  });

  it('D5: a folder’s permissions are those of the entry', () => {
    const folder = folderPermissions(withApplier(policy, computers), true);
    assert.equal(
      toSddl(folder),
      `O:${admins}G:${admins}D:P(OA;OICI;;${applyGroupPolicy};;${computers})` +
        '(A;OICIIO;0x1f01bf;;;S-1-3-0)(A;OICI;0x1200a9;;;S-1-5-9)'.replace('0x1f01bf', maskOf(folder, 'S-1-3-0')) +
        `(A;OICI;0x1200a9;;;S-1-5-11)(A;OICI;${maskOf(folder, admins)};;;${admins})(A;OICI;0x1200a9;;;${computers})`,
    );
    assert.ok(!folderPermissions(policy, false).dacl.some(({ type }) => type === 5));
    const file = inheritedPermissions(folder, false);
    assert.match(toSddl(file), /D:AI.*\(A;ID;0x1200a9;;;S-1-5-11\)/);
    assert.ok(!file.dacl.some(({ sid }) => sid === 'S-1-3-0'));
    assert.deepEqual([hasObjectRights(folder), hasObjectRights(file)], [true, false]);
  });

  const maskOf = ({ dacl }: SecurityDescriptor, sid: string): string =>
    `0x${dacl.find((ace) => ace.sid === sid)!.mask.toString(16)}`;

  it('D7: who may read and execute', () => {
    const may = (...dacl: SecurityDescriptor['dacl'][number][]): boolean =>
      mayReadAndExecute({ ...policy, dacl }, new Set([authenticatedUsers, computers]));
    const ace = { type: 0, flags: 3, mask: 0x1200a9, sid: authenticatedUsers };
    assert.ok(may(ace));
    assert.ok(may({ ...ace, mask: 0xa0000000 | 0 }));
    assert.ok(!may({ ...ace, sid: admins }));
    assert.ok(!may({ ...ace, flags: 11 }));
    assert.ok(!may({ ...ace, mask: 0x120089 }));
    assert.ok(!may({ ...ace, type: 1, sid: computers }, ace));
  });

  it('D7: what Samba’s programs print', () => {
    const acl = parseNumericAcl('REVISION:1\nCONTROL:0x9004\nOWNER:S-1-5-18\nACL:S-1-5-11:0/0x3/0x001200a9\n');
    assert.deepEqual(acl.dacl, [{ type: 0, flags: 3, mask: 0x1200a9, sid: 'S-1-5-11' }]);
    const printed = parsePrintedAcl(
      'revision: 1\nDACL\n\tACL\tNum ACEs:\t1\trevision:\t2\n\t---\n\tACE\n\t\ttype: ACCESS ALLOWED (0) flags: 0x00 \n' +
        '\t\tSpecific bits: 0x1ff\n\t\tPermissions: 0x1f01ff: SYNCHRONIZE_ACCESS \n\t\tSID: S-1-1-0\n\n',
    );
    assert.deepEqual(printed.dacl, [{ type: 0, flags: 0, mask: 0x1f01ff, sid: 'S-1-1-0' }]);
    assert.equal(parsePrintedAcl('netname: x\n').dacl[0]?.sid, 'S-1-1-0');
  });
});
