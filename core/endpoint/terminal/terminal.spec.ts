import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { LatchkeyError } from '#protocol/errors.ts';
import { chunkBytes, keptBytes, terminalNotifications, terminalRequests, windowBytes } from '#protocol/terminal.ts';
import { SessionLink } from '#core/testing/endpoint/session-link.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { ownUser } from '../accounts/own-user.ts';
import { EndpointSessions } from '../sessions/endpoint-sessions.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';

const accounts = { own: ownUser, signIn: () => Promise.reject(new LatchkeyError('session.accountRefused')) };
const open = (resumeSeconds = 60): Promise<SessionLink> =>
  SessionLink.open(new EndpointSessions({ computer: 'here', accounts, accountNeeded: false, resumeSeconds }));

describe('Terminal of a session (X1)', { skip: process.platform === 'win32' && 'Unix terminals' }, () => {
  it('is a real terminal: size, UTF-8, the shell’s own exit code', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session, 100, 30);
    link.type(
      session,
      terminal,
      `stty size; tty; echo "$TERM $LANG" 'naïve – 日本語 🎉'; test -t 0 && echo is-a-tty\r`,
    );
    await link.shows(terminal, /^30 100\r$/m);
    await link.shows(terminal, /^\/dev\/\S+\r$/m);
    await link.shows(terminal, /^xterm-256color \S+UTF-?8 naïve – 日本語 🎉\r$/im);
    await link.shows(terminal, /^is-a-tty\r$/m);
    link.type(session, terminal, 'exit 7\r');
    await until(() => link.exits.has(terminal));
    assert.equal(link.exits.get(terminal), 7);
    assert.deepEqual(link.problems, []);
  });

  it('is resized, and tells everybody', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    let told: unknown;
    link.hub.on(terminalNotifications.resized, (size) => void (told = size));
    link.hub.notify(terminalNotifications.resize, { session, terminal, columns: 132, rows: 43 });
    link.type(session, terminal, 'stty size\r');
    await link.shows(terminal, /^43 132\r$/m);
    assert.deepEqual(told, { session, terminal, columns: 132, rows: 43 });
    const [listed] = await link.hub.request(terminalRequests.list, { session });
    assert.equal(listed?.columns, 132);
    assert.match(listed?.title ?? '', /sh/);
  });

  it('Ctrl+C ends what runs, Ctrl+Z stops it, and the shell goes on', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    link.type(session, terminal, 'echo begun; sleep 1000\r');
    await link.shows(terminal, /^begun\r$/m);
    await delay(200);
    link.type(session, terminal, '\x03');
    link.type(session, terminal, 'echo code=$?\r');
    await link.shows(terminal, /^code=130\r$/m);
    link.type(session, terminal, 'sleep 1001\r');
    await delay(300);
    link.type(session, terminal, '\x1a');
    link.type(session, terminal, 'jobs; kill %1; echo after\r');
    await link.shows(terminal, /Stopped.*sleep 1001/);
    await link.shows(terminal, /^after\r$/m);
  });

  it('50 MB of output arrive byte for byte, and are not gathered in memory', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    await quietly(link, session, terminal, `seq 1 100000000 | head -c ${50 * 1024 * 1024}`);
    const hash = createHash('sha256');
    let received = 0;
    let highest = 0;
    const before = process.memoryUsage().rss;
    link.sink = (bytes) => {
      hash.update(bytes);
      received += bytes.length;
      highest = Math.max(highest, process.memoryUsage().rss);
    };
    link.type(session, terminal, '\n');
    for (let waited = 0; waited < 100_000 && !link.exits.has(terminal); waited += 50) await delay(50);
    assert.equal(received, 50 * 1024 * 1024);
    assert.equal(hash.digest('hex'), countedTo(50 * 1024 * 1024));
    assert.ok(highest - before < 100e6, `${Math.round((highest - before) / 1e6)} MB more`);
  });

  it('holds the program back while nobody acknowledges, keeps the last 2 MB, and gives them to whoever comes', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    await quietly(link, session, terminal, `seq 1 100000000 | head -c ${5 * 1024 * 1024}`);
    const begin = link.position.get(terminal)!;
    link.acknowledging = false;
    link.type(session, terminal, '\n');
    await until(() => link.position.get(terminal)! >= begin + windowBytes - 64);
    await delay(300);
    assert.ok(link.position.get(terminal)! <= begin + windowBytes, 'more was sent than the window');
    assert.equal(link.exits.has(terminal), false);
    link.acknowledging = true;
    link.acknowledge(session, terminal);
    await until(() => link.exits.has(terminal));
    assert.equal(link.position.get(terminal), begin + 5 * 1024 * 1024);
    const { offset } = await link.hub.request(terminalRequests.attach, { session, terminal, from: 0 });
    assert.ok(offset > 0 && begin + 5 * 1024 * 1024 - offset <= keptBytes + chunkBytes);
    await assert.rejects(
      link.hub.request(terminalRequests.attach, { session, terminal: 'a'.repeat(16), from: 0 }),
      failsWith('terminal.notFound'),
    );
  });

  it('goes on through lost connections, and not a byte is lost or comes twice', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    await quietly(link, session, terminal, `seq 1 100000000 | head -c ${8 * 1024 * 1024}`);
    const hash = createHash('sha256');
    let received = 0;
    link.sink = (bytes) => {
      hash.update(bytes);
      received += bytes.length;
    };
    link.type(session, terminal, '\n');
    for (const part of [1, 3, 5]) {
      await until(() => received > part * 1024 * 1024);
      await link.cut();
      await link.connect();
      assert.deepEqual(link.held.at(-1), [session]);
      const from = link.position.get(terminal)!;
      const attached = await link.hub.request(terminalRequests.attach, { session, terminal, from });
      assert.equal(attached.offset, from);
      assert.ok(attached.end! >= from);
    }
    await until(() => link.exits.has(terminal));
    assert.equal(received, 8 * 1024 * 1024);
    assert.equal(hash.digest('hex'), countedTo(8 * 1024 * 1024));
  });

  it('what ended while the connection was lost is told of afterwards, with all that it printed', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    await quietly(link, session, terminal, 'sleep 0.3; seq 1 2000; exit 3');
    link.type(session, terminal, '\n');
    await link.hub.request(terminalRequests.list, { session });
    await link.cut();
    await delay(800);
    await link.connect();
    assert.equal(link.exits.size, 0);
    const from = link.position.get(terminal)!;
    await link.hub.request(terminalRequests.attach, { session, terminal, from });
    await until(() => link.exits.get(terminal) === 3);
    assert.match(link.text(terminal), /\n1999\n2000\n$/);
  });

  it('what a program printed last is there when it has ended, though it was held back', async () => {
    const run = (last: number, pause: number): Promise<{ text: string; code: number | null }> =>
      new Promise((resolve) => {
        let text = '';
        const args = ['-c', `seq 1 ${last}; exit 5`];
        const terminal = new PseudoTerminal(
          { file: 'sh', args, env: { PATH: '/usr/bin:/bin' }, cwd: '/' },
          { columns: 80, rows: 24 },
          { onData: (data) => (text += data.toString()), onExit: (code) => resolve({ text, code }) },
        );
        terminal.hold(pause > 0);
        setTimeout(() => terminal.hold(false), pause);
      });
    for (const pause of [0, 5, 300]) {
      for (const last of [10, 1000, 3000]) {
        const { text, code } = await run(last, pause);
        assert.ok(text.endsWith(`\n${last}\r\n`), `${last} lines after ${pause} ms: ${text.slice(-20)}`);
        assert.equal(code, 5);
      }
    }
  });

  it('many terminals at once; one cannot reach another', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminals = await Promise.all(Array.from({ length: 12 }, () => link.openTerminal(session)));
    for (const [index, terminal] of terminals.entries())
      link.type(session, terminal, `echo "I am $((${index}+100))"\r`);
    for (const [index, terminal] of terminals.entries())
      await link.shows(terminal, new RegExp(`^I am ${index + 100}\r`, 'm'));
    assert.equal((await link.hub.request(terminalRequests.list, { session })).length, 12);
    // The last shell was started while the others were open: it must not hold their ends.
    link.type(session, terminals[11]!, 'ls -l /proc/$$/fd; echo listed\r');
    await link.shows(terminals[11]!, /^listed\r$/m);
    assert.doesNotMatch(link.text(terminals[11]!), /ptmx/);
    await link.hub.request(terminalRequests.close, { session, terminal: terminals[0]! });
    assert.equal((await link.hub.request(terminalRequests.list, { session })).length, 11);
  });

  it('ends with its session, and so does what ignores the hang-up', async () => {
    const link = await open();
    const { session } = await link.start();
    const terminal = await link.openTerminal(session);
    link.type(session, terminal, `trap '' HUP; sleep 4321 & echo "pids $$ $!"; echo beg''un\r`);
    const [, shell, sleeper] = await link.shows(terminal, /^pids (\d+) (\d+)\r/m);
    assert.ok(isRunning(Number(shell)) && isRunning(Number(sleeper)));
    link.sessions.end(session);
    assert.deepEqual(await untilEnded(link), [{ session, end: 'customer' }]);
    await until(() => !isRunning(Number(shell)) && !isRunning(Number(sleeper)));
    await assert.rejects(link.openTerminal(session), failsWith('session.notFound'));
  });
});

/** Has the shell replaced by a program that waits for a line, and whose output comes as it is. */
async function quietly(link: SessionLink, session: string, terminal: string, command: string): Promise<void> {
  link.type(session, terminal, `exec sh -c 'stty raw -echo; printf REA""DY; read -r x; ${command}'\r`);
  await link.shows(terminal, /READY$/);
}

/** The SHA-256 of the first bytes of what `seq` prints. */
function countedTo(bytes: number): string {
  const hash = createHash('sha256');
  let lines = '';
  for (let n = 1, made = 0; made < bytes; n++) {
    const line = `${n}\n`.slice(0, bytes - made);
    made += line.length;
    lines += line;
    if (lines.length > 100_000 || made === bytes) hash.update(lines);
    if (lines.length > 100_000) lines = '';
  }
  return hash.digest('hex');
}

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function untilEnded(link: SessionLink): Promise<SessionLink['ended']> {
  await until(() => link.ended.length > 0);
  return link.ended;
}
