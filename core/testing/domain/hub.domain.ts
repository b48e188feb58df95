import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { failsWith, until } from '#core/testing/expect.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests, type AuditEntry } from '#protocol/audit.ts';
import { groupRequests } from '#protocol/groups.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { rollOutRequests, type RollOut, type RollOutChange, type RollOutTarget } from '#protocol/roll-outs.ts';
import type { TestWorkbench } from '../test-hub.ts';
import { dataFolder, seenOfChildren, startDomainHub, type DomainHub } from './domain-hub.ts';
import { about, dump, sambaTool, sameDump } from './domain-probe.ts';

const technician = { email: 'tess@example.com', password: 'a long enough password' };
const computers: RollOutTarget = { kind: 'computers', group: 'Latchkey PCs', computers: ['PC-0001', 'PC-0002'] };
const access = { domainController: about.server, account: 'Administrator', password: about.password };

/** The password as somebody would find it: its beginning, because the rest may be escaped. */
const traces = ['utf8', 'utf16le'].map((encoding) => Buffer.from('Adm1n-Passw0rd', encoding as BufferEncoding));
traces.push(Buffer.from(Buffer.from(about.password).toString('base64').slice(0, 18)));

describe('a roll-out that a hub applies to a real domain', () => {
  const untouched = dump();
  let hub: DomainHub;
  let admin: TestWorkbench;
  let group = '';
  before(async () => {
    hub = await startDomainHub(dataFolder());
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    const account = { ...technician, name: 'Tess', role: 'technician' as const, groups: [group] };
    await admin.rpc.request(accountRequests.create, account);
  });

  const begin = (
    name: string,
    target = computers,
    share = `\\\\${about.server}\\software\\latchkey`,
  ): Promise<RollOut> =>
    admin.rpc.request(rollOutRequests.create, { group, name, target, domain: about.domain, share });
  const get = ({ id }: RollOut): Promise<RollOut> => admin.rpc.request(rollOutRequests.get, { rollOut: id });
  const preview = ({ id }: RollOut) =>
    admin.rpc.request(rollOutRequests.preview, { rollOut: id, ...access }, { timeout: 0 });
  const apply = ({ id }: RollOut, seen?: string, options = {}) =>
    admin.rpc.request(
      rollOutRequests.apply,
      { rollOut: id, ...access, ...(seen !== undefined && { preview: seen }) },
      { timeout: 0, ...options },
    );
  const undo = ({ id }: RollOut) => admin.rpc.request(rollOutRequests.undo, { rollOut: id, ...access }, { timeout: 0 });
  const remove = ({ id }: RollOut, forgetDomain?: boolean) =>
    admin.rpc.request(rollOutRequests.delete, { rollOut: id, ...(forgetDomain !== undefined && { forgetDomain }) });
  const audited = async (action: string): Promise<AuditEntry[]> =>
    (await admin.rpc.request(auditRequests.query, { limit: 500 })).filter((entry) => entry.action === action);

  it('G5: a technician is refused by the hub, and so is everybody where roll-outs are switched off', async () => {
    const rollOut = await begin('Refused');
    const other = await hub.workbench(technician.email, technician.password);
    const asked = { rollOut: rollOut.id, ...access };
    for (const contract of [rollOutRequests.preview, rollOutRequests.apply, rollOutRequests.undo]) {
      await assert.rejects(other.rpc.request(contract, asked), failsWith('permission.administratorOnly'));
    }
    const made = other.rpc.request(rollOutRequests.made, { rollOut: rollOut.id });
    await assert.rejects(made, failsWith('permission.administratorOnly'));
    const forget = other.rpc.request(rollOutRequests.delete, { rollOut: rollOut.id, forgetDomain: true });
    await assert.rejects(forget, failsWith('permission.administratorOnly'));
    other.socket.terminate();
    for (const action of ['rollOut.preview', 'rollOut.apply', 'rollOut.undo', 'rollOut.delete']) {
      const [entry] = await audited(action);
      assert.deepEqual([entry?.outcome, entry?.actor.name], ['refused', technician.email], action);
    }
    await admin.rpc.request(permissionRequests.set, { permission: 'method.gpo', allowed: false });
    for (const contract of [rollOutRequests.preview, rollOutRequests.apply, rollOutRequests.undo]) {
      await assert.rejects(admin.rpc.request(contract, asked), failsWith('permission.switchedOff'));
    }
    await admin.rpc.request(permissionRequests.set, { permission: 'method.gpo', allowed: null });
    await remove(rollOut);
    sameDump(untouched, dump());
  });

  it('D3 D9: what the preview has shown is done, the package lies in the share, and undo takes it back', async () => {
    const rollOut = await begin('Latchkey Berlin');
    const shown = await preview(rollOut);
    sameDump(untouched, dump());
    await assert.rejects(apply(rollOut, 'f'.repeat(64)), failsWith('domain.previewOutdated'));
    sameDump(untouched, dump());
    const done = await watched(() => apply(rollOut, shown.preview));
    // The permissions are known only once they are there.
    const known = (changes: readonly RollOutChange[]) =>
      changes.map((each) => (each.kind === 'permissions' ? { ...each, after: '' } : each));
    assert.deepEqual(known(done.changes), known(shown.changes));
    const { changes: made } = await admin.rpc.request(rollOutRequests.made, { rollOut: rollOut.id });
    assert.deepEqual(made, done.changes);
    const file = done.changes.find(({ kind }) => kind === 'file')!;
    const bytes = readFileSync(join(about.software, file.target.split('\\software\\')[1]!.replaceAll('\\', '/')));
    assert.equal(bytes.subarray(0, 8).toString('hex'), 'd0cf11e0a1b11ae1');
    assert.equal(file.after, `${bytes.length} B, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`);
    const policy = /\{[^}]+\}/.exec(done.changes.find(({ kind }) => kind === 'policy')!.target)![0];
    assert.match(sambaTool('gpo', 'show', policy), /display name : Latchkey Berlin/);
    const now = await get(rollOut);
    assert.deepEqual([now.inDomain, now.applied?.domainController], [true, about.server]);
    await assert.rejects(remove(rollOut), failsWith('rollOut.applied'));

    const [entry] = await audited('rollOut.apply');
    assert.equal(entry?.outcome, 'done');
    const link = `link: ${about.base}`;
    assert.deepEqual([entry.before?.[link], entry.after?.[link]], [null, 'Latchkey Berlin']);
    const filter = 'filter: Latchkey Berlin';
    assert.deepEqual([entry.before?.[filter], entry.after?.[filter]], ['Authenticated Users', 'Latchkey PCs']);

    const undone = await undo(rollOut);
    assert.deepEqual(
      undone.changes.map(({ kind, target }) => [kind, target]),
      done.changes.map(({ kind, target }) => [kind, target]).reverse(),
    );
    sameDump(untouched, dump());
    const [last] = await audited('rollOut.undo');
    assert.deepEqual([last?.before?.[link], last?.after?.[link]], ['Latchkey Berlin', null]);
    assert.equal((await get(rollOut)).inDomain, false);
    await remove(rollOut);
  });

  /** Does something, and sees to it meanwhile that nobody else on the machine could see the password. */
  async function watched<T>(work: () => Promise<T>): Promise<T> {
    const state = { over: false };
    const looking = (async () => {
      let seen = 0;
      for (; !state.over; await delay(60)) {
        for (const each of seenOfChildren(hub.pid)) {
          if (each.startsWith('smb')) seen += 1;
          assert.ok(!each.includes('Adm1n'), each);
        }
      }
      return seen;
    })();
    try {
      return await work();
    } finally {
      state.over = true;
      assert.ok((await looking) > 0, 'no smbclient was seen');
    }
  }

  it('D7: who may not write to the share is told to put the package there', async () => {
    const closed = join(about.software, 'closed');
    mkdirSync(closed);
    const rollOut = await begin('Closed', computers, `\\\\${about.server}\\readonly\\closed`);
    const { changes, notices } = await apply(rollOut, (await preview(rollOut)).preview);
    assert.ok(notices?.some(({ code }) => code === 'domain.packageNotPlaced'));
    assert.ok(!changes.some(({ kind }) => kind === 'file'));
    assert.deepEqual(readdirSync(closed), []);
    await undo(rollOut);
    await remove(rollOut);
    rmSync(closed, { recursive: true });
    sameDump(untouched, dump());
  });

  it('D9: whoever hangs up in the middle leaves nothing behind', async () => {
    const rollOut = await begin('Hung up');
    const other = await hub.workbench();
    const asked = { rollOut: rollOut.id, ...access };
    const onProgress = ({ fraction = 0 }): unknown => fraction > 0.6 && other.socket.terminate();
    const options = { timeout: 0, onProgress };
    await assert.rejects(other.rpc.request(rollOutRequests.apply, asked, options));
    await patiently(async () => (await audited('rollOut.apply'))[0]?.outcome === 'failed');
    sameDump(untouched, dump());
    assert.equal((await get(rollOut)).inDomain, false);
    await remove(rollOut);
  });

  it('D9: a hub that is stopped takes back what is under way; one that is killed knows what it has left', async () => {
    const stopped = await begin('Stopped');
    await interrupt(stopped, 'SIGTERM');
    sameDump(untouched, dump());
    assert.equal((await get(stopped)).inDomain, false);
    await remove(stopped);

    const killed = await begin('Killed');
    await interrupt(killed, 'SIGKILL');
    assert.notEqual(dump(), untouched);
    const left = await get(killed);
    assert.deepEqual([left.inDomain, left.applied], [true, null]);
    await assert.rejects(remove(killed), failsWith('rollOut.applied'));
    const { notices } = await preview(killed);
    assert.ok(notices?.some(({ code }) => code === 'domain.interruptedBefore'));
    await undo(killed);
    sameDump(untouched, dump());
    await remove(killed);
  });

  /** Ends the hub once it has begun to change the domain, and goes on with another one on the same data. */
  async function interrupt(rollOut: RollOut, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const state: { ending?: Promise<void> } = {};
    const onProgress = ({ fraction = 0 }): void => {
      if (fraction > 0.6) state.ending ??= hub.end(signal);
    };
    await assert.rejects(apply(rollOut, undefined, { onProgress }));
    await state.ending;
    hub = await startDomainHub(hub.data);
    admin = await hub.workbench();
  }

  it('D9: what is forgotten with a roll-out is said, and stands in the audit log', async () => {
    const rollOut = await begin('Forgotten');
    const done = await apply(rollOut);
    await assert.rejects(remove(rollOut), failsWith('rollOut.applied'));
    await assert.rejects(remove(rollOut, false), failsWith('rollOut.applied'));
    await remove(rollOut, true);
    const [entry] = await audited('rollOut.delete');
    const { policy, domain, objects } = entry?.after?.['leftInDomain'] as {
      policy: string;
      domain: string;
      objects: string[];
    };
    assert.equal(domain, about.domain);
    assert.deepEqual(
      objects,
      done.changes.map(({ kind, target }) => `${kind}: ${target}`),
    );
    sambaTool('gpo', 'del', policy);
    sambaTool('group', 'delete', 'Latchkey PCs');
    rmSync(join(about.software, 'latchkey'), { recursive: true });
    sameDump(untouched, dump());
  });

  it('the password is in no log, no file of the hub’s, and not in the audit log', async () => {
    const wrong = { rollOut: (await begin('Wrong')).id, ...access };
    for (const [account, code] of [
      ['nobody', 'domain.credentialsRefused'],
      ['x\ny', 'domain.accountInvalid'],
    ] as const) {
      const tried = admin.rpc.request(rollOutRequests.apply, { ...wrong, account }, { timeout: 0 });
      await assert.rejects(tried, failsWith(code));
    }
    const said = JSON.stringify(await admin.rpc.request(auditRequests.query, { limit: 500 }));
    assert.ok(said.includes('domain.credentialsRefused'));
    await hub.end('SIGTERM');
    const places = ['/tmp', '/dev/shm'].flatMap((folder) =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => /^latchkey-(?:domain-[^t]|[A-Za-z0-9]{6}$)/.test(name))
            .map((name) => join(folder, name))
        : [],
    );
    assert.deepEqual(places, []);
    let looked = 0;
    for (const entry of readdirSync(hub.data, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const content = readFileSync(file);
      for (const trace of traces) assert.equal(content.indexOf(trace), -1, file);
      looked += 1;
    }
    assert.ok(looked > 3 && !said.includes('Adm1n'));
    assert.match(readFileSync(hub.log, 'utf8'), /http/);
  });
});

/** As `until`, for what takes a domain: taking back is a dozen calls of it. */
async function patiently(condition: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) {
    try {
      return await until(condition);
    } catch (error) {
      if (turn === 11) throw error;
    }
  }
}
