import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { failsWith } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { DomainPolicyService } from '#core/hub/domain/domain-policy-service.ts';
import { findDomainControllers } from '#core/hub/domain/domain-controller.ts';
import type { DomainRecord } from '#core/hub/domain/domain-step.ts';
import { about, administrator, Domain, dump, planOf, run, sambaTool, sameDump } from './domain-probe.ts';

const plan = planOf({ target: { kind: 'computers', group: 'Latchkey', computers: ['PC-0001', 'PC-0002'] } });

describe('a domain that refuses, or fails half way', () => {
  let untouched = '';
  before(() => {
    sambaTool('user', 'create', 'plain', 'Pl4in-Passw0rd');
    sambaTool('user', 'create', 'creator', 'Cre4tor-Passw0rd');
    // To Samba's files, `Administrator` is root, whom no permissions of a folder keep out.
    sambaTool('user', 'create', 'operator', 'Oper4tor-Passw0rd');
    sambaTool('group', 'addmembers', 'Domain Admins', 'operator');
    sambaTool('group', 'addmembers', 'Group Policy Creator Owners', 'creator');
    untouched = dump();
  });
  const path = process.env['PATH'];
  after(() => {
    process.env['PATH'] = path;
    for (const name of ['plain', 'creator', 'operator']) sambaTool('user', 'delete', name);
  });

  const refused = async (code: Parameters<typeof failsWith>[0], work: () => Promise<unknown>): Promise<void> => {
    await assert.rejects(work, failsWith(code));
    sameDump(untouched, dump());
  };

  it('wrong credentials, names and places: a clear message, and nothing is changed', async () => {
    const domain = new Domain();
    const as = (changes: object) => ({ credentials: { ...administrator, ...changes } });
    await assert.rejects(domain.apply(plan, as({ password: 'wrong' })), failsWith('domain.credentialsRefused'));
    await assert.rejects(domain.apply(plan, as({ password: ' x' })), failsWith('domain.passwordUnsupported'));
    await assert.rejects(domain.apply(plan, as({ account: 'nobody@x' })), failsWith('domain.credentialsRefused'));
    await assert.rejects(domain.apply(plan, as({ account: 'CORP\\' })), failsWith('domain.accountInvalid'));
    await assert.rejects(domain.apply(plan, as({ domainController: 'x;y' })), failsWith('domain.serverInvalid'));
    await assert.rejects(domain.apply(plan, as({ domainController: '10.53.0.9' })), failsWith('domain.unreachable'));
    const nowhere = planOf({ domain: 'nowhere.example' });
    await assert.rejects(domain.apply(nowhere, as({ domainController: '' })), failsWith('domain.notFound'));
    await assert.rejects(
      domain.apply(nowhere, as({ account: 'CORP\\Administrator' })),
      failsWith('domain.wrongDomain'),
    );
    const noGroup = planOf({ target: { kind: 'group', group: 'No "such" (group)*' } });
    await assert.rejects(domain.apply(noGroup), failsWith('domain.groupNotFound'));
    const noComputers = planOf({ target: { kind: 'computers', group: 'x', computers: ['a', 'b'] } });
    await assert.rejects(domain.apply(noComputers), failsWith('domain.noComputers'));
    const taken = planOf({ target: { kind: 'computers', group: 'Administrator', computers: ['PC-0001'] } });
    await assert.rejects(domain.apply(taken), failsWith('domain.groupNameTaken'));
    await assert.rejects(domain.apply(planOf({ linkTo: `OU=None,${about.base}` })), failsWith('domain.noSuchEntry'));
    await assert.rejects(domain.apply(planOf({ name: 'Default Domain Policy' })), failsWith('domain.policyNameTaken'));
    const noShare = planOf({ share: `\\\\${about.server}\\none\\x` });
    await assert.rejects(domain.apply(noShare), failsWith('domain.shareUnreachable'));
    await refused('rollOut.shareNotUnc', () => domain.apply(planOf({ share: 'C:\\x' })));
    assert.equal(domain.record, undefined);
  });

  it('the domain controller is found by DNS, and nothing is sent to one that nobody vouches for', async () => {
    assert.deepEqual(await findDomainControllers(about.domain), [about.server]);
    await new Domain().preview(plan, { credentials: { ...administrator, domainController: '' } });
    const service = new DomainPolicyService();
    let fingerprint = '';
    await assert.rejects(
      service.preview(plan, { credentials: administrator }),
      (error: { code: string; args: { fingerprint: string } }) => {
        fingerprint = error.args.fingerprint;
        return error.code === 'domain.certificateUntrusted';
      },
    );
    assert.match(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    const pinned = { ...administrator, certificate: fingerprint };
    assert.ok((await service.preview(plan, { credentials: pinned })).changes.length > 0);
    const other = {
      ...administrator,
      certificate: fingerprint.replace(/^../, (first) => (first === '00' ? '01' : '00')),
    };
    await assert.rejects(service.preview(plan, { credentials: other }), failsWith('domain.certificateChanged'));
    // Another name than the one in the certificate.
    await assert.rejects(
      new Domain().preview(plan, { credentials: { ...administrator, domainController: '10.53.0.1' } }),
      failsWith('domain.certificateUntrusted'),
    );
  });

  it('an account without rights, or with some: nothing is left', async () => {
    const as = (account: string, password: string) => ({ credentials: { ...administrator, account, password } });
    const all = planOf({ target: { kind: 'all' } });
    await refused('domain.noRights', () => new Domain().apply(all, as('plain', 'Pl4in-Passw0rd')));
    // May make policies, and not link them: that is the last step.
    const domain = new Domain();
    await refused('domain.noRights', () => domain.apply(all, as('creator', 'Cre4tor-Passw0rd')));
    assert.equal(domain.record, undefined);
  });

  it('D9: any domain administrator may apply, and change and take back what another one has made', async () => {
    const operator = { credentials: { ...administrator, account: 'operator', password: 'Oper4tor-Passw0rd' } };
    const domain = new Domain();
    await domain.apply(plan, operator);
    assert.doesNotThrow(() => sambaTool('gpo', 'aclcheck'));
    await domain.undo();
    sameDump(untouched, dump());

    await domain.apply(plan);
    const other = { fileName: 'other.cmd', content: '@rem\r\n', parameters: '' };
    await domain.apply({ ...plan, startupScript: other, target: { kind: 'all' } }, operator);
    assert.ok(existsSync(domain.folder('Machine/Scripts/Startup/other.cmd')));
    await domain.undo(operator.credentials);
    sameDump(untouched, dump());
  });

  it('cancelled at any step, nothing is left', async () => {
    const total = await stepsOf(new Domain());
    for (let stopAt = 1; stopAt < total; stopAt += 1) {
      const domain = new Domain();
      const abort = new AbortController();
      let saved = 0;
      domain.onSave = () => void (++saved === stopAt && abort.abort());
      await refused('rpc.cancelled', () => domain.apply(plan, { signal: abort.signal }));
      assert.equal(domain.record, undefined, `step ${stopAt}`);
    }
  });

  /** How often something is put down, in an apply that goes through and is undone. */
  async function stepsOf(domain: Domain): Promise<number> {
    let saved = 0;
    domain.onSave = () => void (saved += 1);
    await domain.apply(plan);
    const total = saved;
    await domain.undo();
    sameDump(untouched, dump());
    return total;
  }

  it('SMB that fails at any change, although the server has made it: nothing is left', async () => {
    const folder = temporaryFolder();
    const [count, failing] = [join(folder, 'count'), join(folder, 'failing')];
    for (const program of ['smbclient', 'smbcacls']) {
      const real = run('which', program).trim();
      writeFileSync(
        join(folder, program),
        `#!/bin/bash
input=$(cat)
${real} "$@" <<< "$input"
code=$?
case "$input $*" in
  mkdir*|put*|rename*|*" -S "*) ;;
  *) exit $code ;;
esac
echo x >> ${count}
if [ "$(wc -l < ${count})" = "$(cat ${failing})" ]; then echo "NT_STATUS_CONNECTION_RESET"; exit 1; fi
exit $code
`,
      );
      chmodSync(join(folder, program), 0o755);
    }
    process.env['PATH'] = `${folder}:${path}`;
    let failed = 0;
    for (let change = 1; ; change += 1) {
      rmSync(count, { force: true });
      writeFileSync(failing, String(change));
      const domain = new Domain();
      const problem = await domain.apply(plan).then(
        () => undefined,
        (error: { code: string }) => error.code,
      );
      if (problem === undefined) {
        await domain.undo();
        break;
      }
      failed += 1;
      assert.equal(problem, 'domain.shareUnreachable', `change ${change}`);
      sameDump(untouched, dump());
      assert.equal(domain.record, undefined);
    }
    process.env['PATH'] = path;
    assert.ok(failed >= 14, String(failed));
    sameDump(untouched, dump());
  });

  it('a SYSVOL that can’t be written to: nothing is left', async () => {
    run('mount', '--bind', about.sysvol, about.sysvol);
    run('mount', '-o', 'remount,bind,ro', about.sysvol);
    try {
      await refused('domain.fileRefused', () => new Domain().apply(plan));
    } finally {
      run('umount', '-l', about.sysvol);
    }
  });

  it('D7: a share that computers can’t read is told; one that can’t be written to has everything else done', async () => {
    const folder = join(about.software, 'closed');
    mkdirSync(folder);
    const closed = planOf({ share: `\\\\${about.server}\\software\\closed` });
    const acl = `REVISION:1,OWNER:S-1-5-32-544,GROUP:S-1-5-32-544,ACL:S-1-5-32-544:ALLOWED/3/READ`;
    const login = ['-s', about.configuration, '-U', `Administrator%${about.password}`];
    run('smbcacls', `//${about.server}/software`, 'closed', '-S', acl, ...login);
    const domain = new Domain();
    const operator = { ...administrator, account: 'operator', password: 'Oper4tor-Passw0rd' };
    const { changes, notices } = await domain.preview(closed, { credentials: operator });
    assert.ok(!changes.some(({ kind }) => kind === 'file'));
    assert.deepEqual(notices.map(({ code }) => code).sort(), ['domain.folderNotReadable', 'domain.packageNotPlaced']);
    // Where it turns out only when it is done.
    const done = await domain.apply(planOf({ share: `\\\\${about.server}\\readonly\\closed` }));
    assert.ok(done.notices.some(({ code }) => code === 'domain.packageNotPlaced'));
    assert.ok(!done.changes.some(({ kind }) => kind === 'file'));
    assert.ok(!existsSync(join(folder, closed.packageFile)));
    await domain.undo();
    rmSync(folder, { recursive: true });
    sameDump(untouched, dump());
  });

  it('a hub that is killed half way goes on where it was, or takes it back', async () => {
    for (const finish of ['apply', 'undo'] as const) {
      const record = await haltedAfter(8);
      // What it was writing when it was killed.
      writeFileSync(join(about.software, 'latchkey', `${plan.packageFile}.0a1b2c3d.part`), 'half of it');
      const next = new Domain();
      next.record = record;
      const { notices } = await next.preview(plan);
      assert.ok(notices.some(({ code }) => code === 'domain.interruptedBefore'));
      if (finish === 'apply') {
        await next.apply(plan);
        assert.doesNotThrow(() => sambaTool('gpo', 'aclcheck'));
        assert.deepEqual((await next.apply(plan)).changes, []);
      }
      await next.undo();
      sameDump(untouched, dump());
    }
  });

  /** What a hub had put down when it was killed after so many steps. */
  async function haltedAfter(steps: number): Promise<DomainRecord> {
    const worker = new Worker(new URL('halted-apply.ts', import.meta.url), { workerData: { plan, steps } });
    try {
      const [record] = (await once(worker, 'message')) as [string];
      return JSON.parse(record) as DomainRecord;
    } finally {
      await worker.terminate();
    }
  }

  it('without smbclient, the package that has it is named', async () => {
    process.env['PATH'] = '/nonexistent';
    try {
      await assert.rejects(new Domain().preview(plan), (error: { code: string; args: { program: string } }) => {
        assert.deepEqual([error.code, error.args.program], ['domain.smbclientMissing', 'smbclient']);
        return true;
      });
    } finally {
      process.env['PATH'] = path;
    }
  });
});
