import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { RollOutChange } from '#protocol/roll-outs.ts';
import { about, Domain, dump, isThere, packageFile, planOf, run, sambaTool, sameDump } from './domain-probe.ts';

const kinds = (changes: readonly RollOutChange[]): string[] => [...new Set(changes.map(({ kind }) => kind))];

describe('a group policy in a real domain', () => {
  const before = dump();
  const domain = new Domain();

  it('D9: a preview tells every change and makes none', async () => {
    const { changes, notices, server } = await domain.preview(planOf());
    assert.deepEqual(kinds(changes), [
      ...['folder', 'file', 'policy', 'policyStatus', 'filter', 'permissions', 'policyFiles', 'link'],
    ]);
    assert.ok(changes.every(({ before: was }) => was === null || was === 'Authenticated Users'));
    assert.deepEqual(notices, []);
    assert.equal(server, about.server);
    sameDump(before, dump());
  });

  it('D3 D5 D6 D9 D10: what is applied is what Samba’s own tools see', async () => {
    const progress: number[] = [];
    const { changes } = await domain.apply(planOf(), { onProgress: (done) => void progress.push(done) });
    assert.equal(changes.at(-1)?.kind, 'link');
    assert.deepEqual([...progress].sort(), progress);
    assert.equal(progress.at(-1), 1);
    const { policy } = domain.record!;
    const shown = sambaTool('gpo', 'show', policy);
    assert.match(shown, /display name : Latchkey Berlin/);
    assert.match(shown, /flags\s+: GPO_FLAG_USER_DISABLE/);
    assert.match(shown, /version\s+: 1/);
    assert.ok(shown.includes(`\\\\${about.domain}\\SysVol\\${about.domain}\\Policies\\${policy}`));
    // MS16-072: read for all, apply for the group alone.
    assert.match(shown, /\(A;CI;RPLCLORC;;;AU\)/);
    assert.deepEqual(
      shown.match(/\(OA;[^)]*edacfd8f[^)]*\)/g)?.map((ace) => ace.endsWith('-515)')),
      [true],
    );
    assert.doesNotThrow(() => sambaTool('gpo', 'aclcheck'));
    assert.match(sambaTool('gpo', 'getlink', about.base), new RegExp(`${policy}[^]*31B2F340`));

    const backup = mkdtempSync(join(tmpdir(), 'gpo-'));
    sambaTool('gpo', 'backup', policy, `--tmpdir=${backup}`);
    assert.ok(isThere(join(backup, 'policy', policy, 'Machine/Scripts/Startup/start.cmd.xml')));
    rmSync(backup, { recursive: true });

    const list = readFileSync(domain.folder('Machine/Scripts/scripts.ini'));
    assert.deepEqual([...list.subarray(0, 2)], [0xff, 0xfe]);
    assert.match(list.toString('utf16le'), /\[Startup\]\r\n0CmdLine=start\.cmd\r\n0Parameters="\\\\dc1.*" ok\r\n/);
    assert.match(readFileSync(domain.folder('GPT.INI'), 'latin1'), /^\[General\]\r\nVersion=1\r\n/);
    assert.equal(readFileSync(join(about.software, 'latchkey/latchkey-endpoint.msi')).length, packageFile.size);
  });

  it('D9: applied once more, nothing is changed', async () => {
    const applied = dump();
    assert.deepEqual((await domain.preview(planOf())).changes, []);
    assert.deepEqual((await domain.apply(planOf())).changes, []);
    sameDump(applied, dump());
  });

  it('D9: undo leaves the domain as it was', async () => {
    const { changes } = await domain.undo();
    assert.equal(changes[0]?.kind, 'link');
    assert.equal(domain.record, undefined);
    sameDump(before, dump());
  });

  it('D5 D6 D10: another plan changes what is different, and undo takes back both', async () => {
    await domain.apply(planOf());
    const { policy } = domain.record!;
    writeFileSync(join(about.software, 'latchkey', 'new.msi'), 'of somebody else');
    const other = planOf({
      name: 'Latchkey Hamburg',
      userSettingsDisabled: false,
      target: { kind: 'all' },
      linkTo: `OU=Domain Controllers,${about.base}`,
      packageFile: 'new.msi',
      startupScript: { fileName: 'start.cmd', content: '@echo on\r\n', parameters: 'later' },
    });
    const { changes } = await domain.apply(other);
    assert.deepEqual(kinds(changes).sort(), [
      ...['file', 'filter', 'link', 'permissions', 'policy', 'policyFiles', 'policyStatus'],
    ]);
    assert.equal(domain.record!.policy, policy);
    const shown = sambaTool('gpo', 'show', policy);
    assert.match(shown, /display name : Latchkey Hamburg[^]*version\s+: 2\nflags\s+: NONE/);
    assert.match(shown, /\(OA;[^)]*edacfd8f[^)]*;;AU\)/);
    assert.doesNotThrow(() => sambaTool('gpo', 'aclcheck'));
    assert.doesNotMatch(sambaTool('gpo', 'getlink', about.base), new RegExp(policy));
    assert.match(sambaTool('gpo', 'getlink', `OU=Domain Controllers,${about.base}`), new RegExp(policy));
    assert.deepEqual((await domain.apply(other)).changes, []);
    await domain.undo();
    assert.equal(readFileSync(join(about.software, 'latchkey/new.msi'), 'utf8'), 'of somebody else');
    rmSync(join(about.software, 'latchkey'), { recursive: true });
    sameDump(before, dump());
  });

  it('D9: links of others stay as they are', async () => {
    await domain.apply(planOf());
    sambaTool('gpo', 'setlink', about.base, '{6AC1786C-016F-11D2-945F-00C04FB984F9}', '--enforce');
    await domain.undo();
    assert.match(sambaTool('gpo', 'getlink', about.base), /6AC1786C[^]*ENFORCE[^]*31B2F340/);
    sambaTool('gpo', 'dellink', about.base, '{6AC1786C-016F-11D2-945F-00C04FB984F9}');
    sameDump(before, dump());
  });

  it('D9: what somebody has changed since is told and left alone', async () => {
    await domain.apply(planOf());
    const file = domain.folder('Machine/Scripts/Startup/start.cmd');
    const content = readFileSync(file);
    writeFileSync(file, 'rem mine');
    mkdirSync(domain.folder('Machine/Preferences'));
    writeFileSync(join(about.software, 'latchkey/other.msi'), '');
    const changed = dump();
    await assert.rejects(domain.undo(), ({ code, args }: { code: string; args: { objects: string } }) => {
      assert.equal(code, 'domain.changedSince');
      for (const name of ['start.cmd', 'Preferences', 'other.msi'])
        assert.ok(args.objects.includes(name), args.objects);
      return true;
    });
    sameDump(changed, dump());
    writeFileSync(file, content);
    rmSync(domain.folder('Machine/Preferences'), { recursive: true });
    rmSync(join(about.software, 'latchkey/other.msi'));
    sambaTool('gpo', 'setlink', `OU=Domain Controllers,${about.base}`, domain.record!.policy);
    await assert.rejects(domain.undo(), /domain\.changedSince.*OU=Domain Controllers.*gPLink/);
    sambaTool('gpo', 'dellink', `OU=Domain Controllers,${about.base}`, domain.record!.policy);
    await domain.undo();
    sameDump(before, dump());
  });

  it('D1 D2 D5: a list of 5,000 computers becomes a group of them, and those that are not known are told', async () => {
    const known = Array.from({ length: about.computers }, (_, index) => `PC-${String(index + 1).padStart(4, '0')}`);
    const computers = [...known.slice(0, -3), 'corp\\pc-4998$', 'pc-4999.corp.example.com', 'PC-5000', 'Nobody-1', 'ü'];
    const plan = planOf({ target: { kind: 'computers', group: 'Latchkey Büro 中文 & Co', computers } });
    const { changes, notices, unknownComputers } = await domain.preview(plan);
    assert.deepEqual(unknownComputers, ['Nobody-1', 'ü']);
    assert.deepEqual(notices, [{ code: 'domain.computersUnknown', args: { count: 2, domain: about.domain } }]);
    assert.equal(changes.find(({ kind }) => kind === 'members')?.after, '5000');
    await domain.apply(plan);
    const members = sambaTool('group', 'listmembers', 'Latchkey Büro 中文 & Co').trim().split('\n');
    assert.equal(members.length, about.computers);
    assert.doesNotThrow(() => sambaTool('gpo', 'aclcheck'));
    assert.deepEqual((await domain.apply(plan)).changes, []);
    // Somebody joins and leaves the group by hand: then it is theirs too.
    sambaTool('group', 'addmembers', 'Latchkey Büro 中文 & Co', 'Administrator');
    await assert.rejects(domain.undo(), /domain\.changedSince.*: member/);
    sambaTool('group', 'removemembers', 'Latchkey Büro 中文 & Co', 'Administrator');
    await domain.undo();
    sameDump(before, dump());
  });

  it('D2 D5: a group that exists gets the computers that it lacks, and keeps the others', async () => {
    sambaTool('group', 'add', 'Existing');
    sambaTool('group', 'addmembers', 'Existing', 'PC-0001$,PC-0009$');
    const existing = dump();
    const target = { kind: 'computers', group: 'CORP\\Existing', computers: ['PC-0001', 'PC-0002'] } as const;
    const { changes, notices } = await domain.apply(planOf({ target }));
    assert.equal(changes.find(({ kind }) => kind === 'members')?.after, '1');
    assert.deepEqual(notices, [{ code: 'domain.otherMembers', args: { group: 'Existing', count: 1 } }]);
    await domain.undo();
    sameDump(existing, dump());
    sambaTool('group', 'delete', 'Existing');
  });

  it('D2: names with quotes, ampersands, umlauts and 中文, in the directory and in files', async () => {
    const unit = 'Büro "A", + <x>; 中文 = (1)*';
    const escaped = 'OU=Büro \\"A\\"\\, \\+ \\<x\\>\\; 中文 \\= (1)*';
    const ldif = join(tmpdir(), 'nasty.ldif');
    const line = (name: string, value: string): string => `${name}:: ${Buffer.from(value).toString('base64')}`;
    const dn = `${escaped},${about.base}`;
    const group = 'Rechner (alle) * & "Büro" 中文';
    writeFileSync(
      ldif,
      [
        ...[line('dn', dn), 'objectClass: organizationalUnit', line('ou', unit), ''],
        ...[line('dn', `CN=${group.replaceAll('"', '\\"')},${dn}`), 'objectClass: group', line('cn', group)],
        ...['sAMAccountName: nasty', ''],
      ].join('\n'),
    );
    const database = join(about.sysvol, '../../private/sam.ldb');
    run('ldbadd', '-H', database, ldif);
    const nasty = dump();
    const plan = planOf({
      name: 'Fernwartung "Büro" & <Söhne> 中文, \\ + = #1; (a*)',
      target: { kind: 'group', group },
      linkTo: dn,
      share: `\\\\${about.server}\\software\\R&D; Büro\\中文 'x'`,
      packageFile: "latchkey & 'ü'; $(reboot) `x` 中文.msi",
      startupScript: {
        fileName: "Büro & 中文 'x'; %PATH%.ps1",
        content: "Write-Output 'ü'",
        parameters: '"a b" ü 中文',
      },
    });
    await domain.apply(plan);
    assert.ok(sambaTool('gpo', 'show', domain.record!.policy).includes(plan.name));
    assert.ok(readdirSync(join(about.software, 'R&D; Büro', "中文 'x'")).includes(plan.packageFile));
    const script = readFileSync(domain.folder('Machine/Scripts/Startup', plan.startupScript.fileName), 'utf8');
    assert.equal(script, "\uFEFFWrite-Output 'ü'");
    assert.ok(isThere(domain.folder('Machine/Scripts/psscripts.ini')));
    assert.deepEqual((await domain.apply(plan)).changes, []);
    await domain.undo();
    sameDump(nasty, dump());
    run('ldbdel', '-H', database, '-r', dn);
    sameDump(before, dump());
  });

  after(() => rmSync(join(tmpdir(), 'nasty.ldif'), { force: true }));
});
