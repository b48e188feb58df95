import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '#core/base/ids.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { ScriptedComputer } from '#core/testing/scripted-computer.ts';
import { ScriptedTerminals, TerminalViewer } from '#core/testing/scripted-terminal.ts';
import { openEndpoint, type TestEndpoint } from '#core/testing/test-endpoint.ts';
import { startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { auditRequests, type AuditEntry } from '#protocol/audit.ts';
import { fileRequests } from '#protocol/file-transfer.ts';
import { groupRequests } from '#protocol/groups.ts';
import { hubRequests } from '#protocol/hub.ts';
import { installerRequests } from '#protocol/installers.ts';
import { permissionRequests, type Permission } from '#protocol/permissions.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import { WorkbenchConnections } from '../workbench/workbench-connections.ts';

const password = 'a long enough password';
const size = { columns: 80, rows: 24 };
const text = (data: string): string => Buffer.from(data).toString('base64');

interface Technician extends TestWorkbench {
  readonly id: string;
  readonly name: string;
}
interface Place {
  readonly tess: Technician;
  readonly endpoint: TestEndpoint;
  readonly session: string;
}

describe('What passes through sessions', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let group: string;
  let token: string;
  let made = 0;
  before(async () => {
    hub = await startTestHub({ times: { resume: 5 } });
    admin = await hub.workbench();
    group = (await admin.rpc.request(groupRequests.create, { name: 'Berlin' })).id;
    const wanted = { group, name: null, limit: 5000, expiresAt: null };
    token = (await admin.rpc.request(installerRequests.generate, wanted)).token;
  });
  async function technician(): Promise<Technician> {
    const name = `Technician ${++made}`;
    const email = `t${made}@example.com`;
    const account = { email, name, role: 'technician' as const, groups: [group], password };
    const { id } = await admin.rpc.request(accountRequests.create, account);
    return { ...(await hub.workbench({ cookie: await hub.signIn(email, password) })), id, name };
  }
  async function place(): Promise<Place> {
    const tess = await technician();
    const endpoint = await openEndpoint(hub, { token });
    new ScriptedComputer(endpoint.conversation.rpc);
    const { id: session } = await tess.rpc.request(sessionRequests.start, { device: endpoint.standing.device });
    return { tess, endpoint, session };
  }
  async function onlooker(session: string): Promise<Technician> {
    const tom = await technician();
    await tom.rpc.request(sessionRequests.join, { session });
    return tom;
  }
  const set = (permission: Permission, allowed: boolean | null, of: string): Promise<unknown> =>
    admin.rpc.request(permissionRequests.set, { permission, allowed, technician: of });
  const audit = async (device: string): Promise<AuditEntry[]> =>
    (await admin.rpc.request(auditRequests.query, { device, limit: 100 })).reverse();
  const give = (from: Technician, session: string, to: Technician): Promise<unknown> =>
    from.rpc.request(sessionRequests.handOver, { session, technician: to.id });

  describe('Terminals', () => {
    async function terminal(): Promise<Place & { terminals: ScriptedTerminals; id: string; viewer: TerminalViewer }> {
      const at = await place();
      const terminals = new ScriptedTerminals(at.endpoint.conversation.rpc, at.session);
      const { terminal: id } = await at.tess.rpc.request(terminalRequests.open, { session: at.session, ...size });
      const viewer = new TerminalViewer(at.tess.rpc, at.session, id);
      await viewer.attach();
      return { ...at, terminals, id, viewer };
    }

    it('open, take input and sizes from whoever is in control alone, and give output to those who attached', async () => {
      const { tess, session, terminals, id, viewer, endpoint } = await terminal();
      const tom = await onlooker(session);
      const of = { session, terminal: id };
      terminals.print(id, 1000);
      await until(() => viewer.next === 1000);
      const looking = new TerminalViewer(tom.rpc, session, id);
      assert.deepEqual(
        (await tom.rpc.request(terminalRequests.list, { session })).map((each) => each.terminal),
        [id],
      );
      await looking.attach();
      await until(() => looking.next === 1000);
      tom.rpc.notify(terminalNotifications.input, { ...of, data: text('rm') });
      tom.rpc.notify(terminalNotifications.resize, { ...of, columns: 2, rows: 1 });
      await tom.rpc.request(hubRequests.ping, {});
      tess.rpc.notify(terminalNotifications.input, { ...of, data: text('ls') });
      tess.rpc.notify(terminalNotifications.resize, { ...of, columns: 100, rows: 30 });
      await until(() => terminals.inputs.length > 0 && terminals.sizes.length > 0);
      assert.deepEqual([terminals.inputs, terminals.sizes], [['ls'], [[100, 30]]]);
      await assert.rejects(
        tom.rpc.request(terminalRequests.open, { session, ...size }),
        failsWith('session.notInControl'),
      );
      await assert.rejects(tom.rpc.request(terminalRequests.close, of), failsWith('session.notInControl'));
      await give(tess, session, tom);
      await assert.rejects(tess.rpc.request(terminalRequests.close, of), failsWith('session.notInControl'));
      tom.rpc.notify(terminalNotifications.input, { ...of, data: text('pwd') });
      await until(() => terminals.inputs.length > 1);
      endpoint.conversation.rpc.notify(terminalNotifications.exited, { ...of, code: 0 });
      await until(() => looking.exits > 0 && viewer.exits > 0);
      await tom.rpc.request(terminalRequests.close, of);
      assert.deepEqual(terminals.closed, [id]);
      const stranger = await technician();
      await assert.rejects(
        stranger.rpc.request(terminalRequests.list, { session }),
        failsWith('session.notTakingPart'),
      );
      const steps = (await audit(endpoint.standing.device)).map(({ action }) => action);
      assert.equal(steps.filter((action) => action === 'session.terminalOpened').length, 1);
      assert.deepEqual((await tess.rpc.request(sessionRequests.get, { session })).used, ['terminal']);
    });

    it('megabytes arrive whole and in order, at the pace of whoever is in control', async () => {
      const { tess, session, terminals, id, viewer } = await terminal();
      const tom = await onlooker(session);
      const looking = new TerminalViewer(tom.rpc, session, id);
      await looking.attach();
      const total = 20 * 1024 * 1024;
      terminals.print(id, total);
      await until(() => viewer.next === total && looking.next === total);
      assert.deepEqual([viewer.missed, looking.missed], [0, 0]);
      // An onlooker's acknowledgements do not hurry the program on.
      viewer.acknowledge();
      viewer.acknowledges = false;
      terminals.print(id, 4 * 1024 * 1024);
      await until(() => viewer.next >= total + 500_000 && looking.next >= total + 500_000);
      await delay(200);
      assert.ok(viewer.next <= total + 600_000, String(viewer.next - total));
      viewer.acknowledges = true;
      viewer.acknowledge();
      await until(() => looking.next === total + 4 * 1024 * 1024);
      assert.equal(tess.rpc.isClosed, false);
    });

    it('an onlooker who does not read fills nothing, holds nobody up, and is brought up to date later', async () => {
      const { session, terminals, id, viewer } = await terminal();
      const tom = await onlooker(session);
      const looking = new TerminalViewer(tom.rpc, session, id);
      await looking.attach();
      tom.socket.pause();
      const buffered = (): number =>
        Math.max(...[...hub.get(WorkbenchConnections)].map((connection) => connection.buffered));
      let most = 0;
      const timer = setInterval(() => (most = Math.max(most, buffered())), 5);
      const total = 40 * 1024 * 1024;
      terminals.print(id, total);
      await until(() => viewer.next === total);
      clearInterval(timer);
      assert.equal(viewer.missed, 0);
      assert.ok(most < 3 * 1024 * 1024, `${most} bytes were kept for the onlooker`);
      tom.socket.resume();
      await until(() => looking.next === total);
      assert.ok(looking.missed > 0 && looking.missed < total);
    });

    it('a lost connection of the computer loses nothing of what was printed', async () => {
      const { tess, session, terminals, id, viewer, endpoint } = await terminal();
      const total = 6 * 1024 * 1024;
      terminals.print(id, total);
      await until(() => viewer.next > 1024 * 1024);
      endpoint.conversation.socket.terminate();
      await until(async () => (await tess.rpc.request(sessionRequests.get, { session })).state === 'interrupted');
      const { open } = terminalRequests;
      await assert.rejects(tess.rpc.request(open, { session, ...size }), failsWith('session.interrupted'));
      const hubKey = token.split('.')[3]!;
      const back = await openEndpoint(hub, { keys: endpoint.keys, facts: endpoint.facts, hubKey });
      const computer = new ScriptedComputer(back.conversation.rpc);
      terminals.serve(back.conversation.rpc);
      computer.tellHeld([session]);
      await until(() => viewer.next === total);
      assert.equal(viewer.missed, 0);
    });

    it('a technician who comes back after a lost connection has the rest from where they were', async () => {
      const { tess, session, terminals, id, viewer } = await terminal();
      terminals.print(id, 300_000);
      await until(() => viewer.next === 300_000);
      tess.socket.terminate();
      terminals.print(id, 100_000);
      const back = await hub.workbench({ cookie: await hub.signIn(`t${made}@example.com`, password) });
      await back.rpc.request(sessionRequests.join, { session });
      const again = new TerminalViewer(back.rpc, session, id);
      again.next = 300_000;
      await again.attach();
      await until(() => again.next === 400_000);
      assert.equal(again.missed, 0);
      terminals.print(id, 1000);
      await until(() => again.next === 401_000);
    });

    it('close when their technician may not use terminals any more; others go on', async () => {
      const { tess, session, terminals, id, viewer } = await terminal();
      await set('session.terminal', false, tess.id);
      await until(() => terminals.closed.length > 0);
      assert.deepEqual(terminals.closed, [id]);
      await assert.rejects(viewer.attach(), failsWith('permission.switchedOff'));
      await assert.rejects(
        tess.rpc.request(terminalRequests.open, { session, ...size }),
        failsWith('permission.switchedOff'),
      );
      assert.equal((await tess.rpc.request(sessionRequests.get, { session })).state, 'active');
    });

    it('G6: one that was being opened when that was withdrawn closes too', async () => {
      const { tess, session, terminals } = await terminal();
      terminals.onOpen = () => set('session.terminal', false, tess.id);
      await assert.rejects(
        tess.rpc.request(terminalRequests.open, { session, ...size }),
        failsWith('permission.switchedOff'),
      );
      await until(() => terminals.closed.length === 2 && terminals.open.size === 0);
    });

    it('a computer sends nothing into a session that is not its own', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const before = one.viewer.next;
      other.endpoint.conversation.rpc.notify(terminalNotifications.output, {
        ...{ session: one.session, terminal: one.id, offset: before, data: text('forged') },
      });
      one.terminals.print(one.id, 500);
      await until(() => one.viewer.next >= before + 500);
      assert.equal(one.viewer.next, before + 500);
    });

    it('no floods: only so many at once', async () => {
      const { tess, session } = await terminal();
      for (let index = 1; index < 16; index++) await tess.rpc.request(terminalRequests.open, { session, ...size });
      await assert.rejects(tess.rpc.request(terminalRequests.open, { session, ...size }), failsWith('rpc.tooMany'));
    });
  });

  describe('Files', () => {
    const content = Buffer.from('what is in the file stays out of the log');
    const sha256 = createHash('sha256').update(content).digest('hex');
    async function files(): Promise<Place & { puts: Buffer[]; abandoned: string[]; device: string }> {
      const at = await place();
      const { rpc } = at.endpoint.conversation;
      const puts: Buffer[] = [];
      const abandoned: string[] = [];
      rpc.handle(fileRequests.list, ({ path }) => ({ path: path ?? '/root', parent: '/', entries: [], more: false }));
      rpc.handle(fileRequests.read, () => ({ transfer: newId(), name: 'a.txt', size: content.length }));
      rpc.handle(fileRequests.piece, ({ offset }) => ({ data: content.subarray(offset).toString('base64') }));
      rpc.handle(fileRequests.write, ({ folder, name }) => ({ transfer: newId(), path: `${folder}/${name}` }));
      rpc.handle(fileRequests.put, ({ data }) => {
        puts.push(Buffer.from(data, 'base64'));
        return {};
      });
      rpc.handle(fileRequests.finish, () => ({ size: content.length, sha256 }));
      rpc.handle(fileRequests.abandon, ({ transfer }) => {
        abandoned.push(transfer);
        return {};
      });
      return { ...at, puts, abandoned, device: at.endpoint.standing.device };
    }
    const write = ({ tess, session }: Place): Promise<{ transfer: string; path: string }> =>
      tess.rpc.request(fileRequests.write, {
        session,
        folder: '/tmp',
        name: 'a.txt',
        size: content.length,
        replace: false,
      });
    const logged = async (device: string): Promise<unknown[]> =>
      (await audit(device))
        .filter(({ action }) => action.startsWith('session.file'))
        .map(({ action, outcome, after }) => [action, outcome, after]);

    it('go both ways, and stand in the audit log with path and size, never with what is in them', async () => {
      const at = await files();
      const { tess, session, puts, device } = at;
      const { rpc } = tess;
      assert.equal((await rpc.request(fileRequests.list, { session, path: null })).path, '/root');
      const { transfer } = await write(at);
      await rpc.request(fileRequests.put, { session, transfer, offset: 0, data: content.toString('base64') });
      assert.deepEqual(puts, [content]);
      assert.deepEqual(await rpc.request(fileRequests.finish, { session, transfer }), { size: content.length, sha256 });
      const read = await rpc.request(fileRequests.read, { session, path: '/etc/a.txt' });
      const piece = await rpc.request(fileRequests.piece, { session, transfer: read.transfer, offset: 5 });
      assert.deepEqual(Buffer.from(piece.data, 'base64'), content.subarray(5));
      await rpc.request(fileRequests.finish, { session, transfer: read.transfer });
      assert.deepEqual(await logged(device), [
        ['session.fileSent', 'done', { path: '/tmp/a.txt', size: content.length, sha256 }],
        ['session.fileReceived', 'done', { path: '/etc/a.txt', size: content.length }],
      ]);
      assert.ok(!JSON.stringify(await audit(device)).includes(content.toString('base64').slice(0, 20)));
      assert.deepEqual((await rpc.request(sessionRequests.get, { session })).used, ['files']);
    });

    it('are finished once, however often that is asked because an answer got lost', async () => {
      const at = await files();
      const { tess, session, device } = at;
      const { transfer } = await write(at);
      const finish = () => tess.rpc.request(fileRequests.finish, { session, transfer });
      const whole = { size: content.length, sha256 };
      assert.deepEqual(await Promise.all([finish(), finish()]), [whole, whole]);
      assert.deepEqual(await finish(), whole);
      assert.equal((await logged(device)).length, 1);
      await assert.rejects(
        tess.rpc.request(fileRequests.abandon, { session, transfer }),
        failsWith('transfer.notFound'),
        'what is whole is not given up any more',
      );
      const others = await Promise.all(Array.from({ length: 64 }, () => write(at)));
      for (const other of others) {
        await tess.rpc.request(fileRequests.finish, { session, transfer: other.transfer });
      }
      await assert.rejects(finish(), failsWith('transfer.notFound'), 'the oldest is forgotten');
    });

    it('need control; whoever began a transfer may give it up without', async () => {
      const at = await files();
      const { tess, session, abandoned, device } = at;
      const tom = await onlooker(session);
      await assert.rejects(
        tom.rpc.request(fileRequests.read, { session, path: '/a' }),
        failsWith('session.notInControl'),
      );
      assert.equal((await tom.rpc.request(fileRequests.list, { session, path: '/a' })).path, '/a');
      const { transfer } = await write(at);
      const read = await tess.rpc.request(fileRequests.read, { session, path: '/b' });
      await give(tess, session, tom);
      const put = { session, transfer, offset: 0, data: '' };
      await assert.rejects(tess.rpc.request(fileRequests.put, put), failsWith('session.notInControl'));
      await assert.rejects(tom.rpc.request(fileRequests.put, put), failsWith('transfer.notFound'));
      const piece = { session, transfer: read.transfer, offset: 0 };
      await assert.rejects(tess.rpc.request(fileRequests.piece, piece), failsWith('session.notInControl'));
      await assert.rejects(tom.rpc.request(fileRequests.piece, piece), failsWith('transfer.notFound'));
      await tess.rpc.request(fileRequests.abandon, { session, transfer });
      assert.deepEqual(abandoned, [transfer]);
      assert.deepEqual((await logged(device)).at(-1), [
        'session.fileSent',
        'failed',
        { path: '/tmp/a.txt', size: content.length },
      ]);
    });

    it('are refused where they are switched off, in a session that goes on too', async () => {
      const at = await files();
      const { transfer } = await write(at);
      await set('session.files', false, at.tess.id);
      const put = at.tess.rpc.request(fileRequests.put, { session: at.session, transfer, offset: 0, data: '' });
      await assert.rejects(put, failsWith('permission.switchedOff'));
      await assert.rejects(write(at), failsWith('permission.switchedOff'));
      assert.deepEqual(at.puts, []);
    });

    it('do not fill the hub where the computer does not answer', async () => {
      const at = await files();
      const { rpc } = at.endpoint.conversation;
      const release: (() => void)[] = [];
      rpc.handle(fileRequests.put, () => new Promise((resolve) => release.push(() => resolve({}))));
      const { transfer } = await write(at);
      const put = (): Promise<unknown> =>
        at.tess.rpc.request(fileRequests.put, { session: at.session, transfer, offset: 0, data: '' });
      const settled = Promise.allSettled(Array.from({ length: 40 }, put));
      await until(() => release.length === 32);
      await at.tess.rpc.request(hubRequests.ping, {});
      for (const each of release) each();
      const refused = (await settled).filter(({ status }) => status === 'rejected');
      assert.equal(refused.length, 8);
    });
  });
});
