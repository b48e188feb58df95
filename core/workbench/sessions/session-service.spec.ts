import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import {
  otherTechnician,
  ScriptedComputer,
  testSession,
  testSessionId,
} from '#core/testing/workbench/scripted-computer.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { makeTestWorkbench, until } from '#core/testing/workbench/test-workbench.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { CommandService } from '../commands/command-service.ts';
import { EditorService } from '../editors/editor-service.ts';
import { SetUpService } from '../set-ups/set-up-service.ts';
import { SessionContext } from './session-context.ts';
import { SessionService } from './session-service.ts';

async function setUp() {
  const hub = new ScriptedHub();
  const computer = new ScriptedComputer(hub);
  const workbench = await makeTestWorkbench({ hub, connection: { backOff: () => 5 } });
  const sessions = workbench.get(SessionService);
  return { ...workbench, computer, sessions };
}

describe('Sessions', () => {
  it('A1 an invitation is kept with its key until the customer has come', async () => {
    const { computer, sessions, goOnline } = await setUp();
    await goOnline();
    const { session, key } = await sessions.invite();
    assert.equal(session.state, 'waiting');
    assert.equal(sessions.invitation(session.id)?.key, key);
    await sessions.renewKey(session.id);
    assert.equal(sessions.invitation(session.id)?.key, '987654321');
    computer.change({ state: 'active', computer: testSession().computer });
    await until(sessions.session$(session.id), (each) => each?.state === 'active');
    assert.equal(sessions.invitation(session.id), undefined);
  });

  it('X1 gives the computer an account that only the computer can read', async () => {
    const { computer, sessions, goOnline } = await setUp();
    computer.sessions.set(testSessionId, testSession({ state: 'signingIn', sealingKey: await computer.publicKey() }));
    await goOnline();
    await until(sessions.known$, Boolean);
    computer.refusal = new LatchkeyError('session.accountRefused', { account: 'anna' });
    const account = { account: 'anna', password: 'tr0ub4dor' };
    await assert.rejects(sessions.signIn(testSessionId, account), expectCode('session.accountRefused'));
    computer.refusal = undefined;
    assert.equal((await sessions.signIn(testSessionId, account)).state, 'active');
    assert.deepEqual(computer.accounts, [account, account]);
  });

  it('takes part again after the connection was lost, and is not ready before', async () => {
    const { hub, computer, sessions, goOnline } = await setUp();
    computer.sessions.set(testSessionId, testSession());
    await goOnline();
    await until(sessions.known$, Boolean);
    assert.equal(sessions.availability(testSessionId), 'ended');
    await sessions.join(testSessionId);
    assert.equal(sessions.availability(testSessionId), 'ready');
    const seen: string[] = [];
    sessions.availability$(testSessionId).subscribe((each) => seen.push(each));
    hub.hangUp();
    await until(sessions.availability$(testSessionId), (each) => each === 'waiting');
    await until(sessions.availability$(testSessionId), (each) => each === 'ready');
    assert.deepEqual(seen, ['ready', 'waiting', 'ready']);
    assert.equal(computer.joins.length, 2);
  });

  it('learns that a session ended while nobody here was told, and how', async () => {
    const { hub, computer, sessions, goOnline } = await setUp();
    computer.sessions.set(testSessionId, testSession());
    await goOnline();
    await until(sessions.known$, Boolean);
    await sessions.join(testSessionId);
    hub.hangUp();
    computer.sessions.set(testSessionId, testSession({ state: 'ended', end: 'customer', endedAt: 1 }));
    const ended = await until(sessions.session$(testSessionId), (each) => each?.state === 'ended');
    assert.equal(ended?.end, 'customer');
    assert.deepEqual(sessions.sessions, []);
    await assert.rejects(sessions.whenReady(testSessionId), expectCode('session.ended'));
  });

  it('X1 is started once and shown as one’s own, and ended', async () => {
    const { sessions, goOnline } = await setUp();
    await goOnline();
    const session = await sessions.start('a'.repeat(16));
    assert.equal(sessions.availability(session.id), 'ready');
    assert.ok(sessions.isInControl(session));
    const changes: string[] = [];
    sessions.changed$.subscribe(({ state }) => changes.push(state));
    await sessions.end(session.id);
    assert.equal(sessions.availability(session.id), 'ended');
    assert.deepEqual(await sessions.history(), [sessions.get(session.id)]);
    assert.ok(changes.includes('ended'));
  });

  it('A2 to A4 tell when-clauses what they are', async () => {
    const { computer, sessions, goOnline, get } = await setUp();
    const session = testSession({ kind: 'attended', device: null });
    computer.sessions.set(testSessionId, session);
    await goOnline();
    await until(sessions.known$, Boolean);
    const context = get(SessionContext);
    const before = context.of(session);
    assert.equal(before['session.device'], false);
    assert.equal(before['session.setUp'], 'none');
    assert.equal(before['session.inControl'], true);
    const setUps = get(SetUpService);
    const wanted = {
      id: 'uuuuuuuuuuuuuuuu',
      method: 'attended' as const,
      state: 'asking' as const,
      session: testSessionId,
      technician: session.technician,
      computer: 'pc-a',
      passwordStored: null,
      nickname: null,
      group: null,
      device: null,
      problem: null,
      startedAt: 1,
    };
    for (const [state, standing] of [
      ['asking', 'underWay'],
      ['declined', 'none'],
      ['installing', 'underWay'],
      ['done', 'done'],
    ] as const) {
      computer.changeSetUp({ ...wanted, state });
      await until(setUps.setUps$, ([each]) => each?.state === state);
      assert.equal(context.of(session)['session.setUp'], standing, state);
    }
  });

  it('are handed over, joined and shown by commands, which say why they can’t', async () => {
    const { computer, sessions, goOnline, get } = await setUp();
    computer.sessions.set(testSessionId, testSession({ participants: [{ ...member(otherTechnician) }] }));
    await goOnline();
    await until(sessions.known$, Boolean);
    const commands = get(CommandService);
    const run = (command: string, args = {}) => commands.run(command, { session: 'pc-a', ...args }, { source: 'cli' });
    await assert.rejects(run('session.leave'), expectCode('command.disabled'));
    await run('session.join');
    assert.equal(get(EditorService).activeTab?.title, 'pc-a');
    await run('session.handOver', { technician: 'Otto' });
    assert.equal(sessions.get(testSessionId)?.inControl, otherTechnician.id);
    await assert.rejects(run('session.handOver', { technician: 'Otto' }), /lookOn|control/);
    await assert.rejects(run('session.openTerminal'), expectCode('command.disabled'));
    await run('session.askControl');
    assert.deepEqual(computer.asked, [testSessionId]);
    await run('session.leave');
    assert.equal(sessions.isJoined(testSessionId), false);
    await assert.rejects(run('session.show', { session: 'nowhere' }), expectCode('session.notFound'));
  });
});

const member = ({ id, name }: { id: string; name: string }) => ({ technician: id, name, since: 0 });
