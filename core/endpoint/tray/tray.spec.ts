import assert from 'node:assert/strict';
import { createServer, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { BehaviorSubject, Subject } from 'rxjs';
import { version } from '#core/base/version.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import type { CustomerState } from '#protocol/customer-page.ts';
import { AppState } from '../customer-app/app-state.ts';
import { endpointTexts } from '../commands/endpoint-io.ts';
import { TrayFeed } from './tray-feed.ts';
import { trayStateOf, type TrayState } from './tray-state.ts';
import { trayView, type TrayCommand, type TrayView } from './tray-view.ts';
import { runTray, type TrayIcon } from './tray.ts';
import { iconResource, markPixels } from './windows/marked-icon.ts';

const connected: TrayState = {
  version,
  hub: 'https://hub.example',
  organisation: 'Example',
  connection: 'connected',
  blocked: false,
  sessions: [],
};
const session = { session: 's1', technicians: ['Ann', 'Bob'] };

/** What a tray would show. */
class NotedIcon implements TrayIcon {
  readonly views: TrayView[] = [];
  readonly notices: string[] = [];
  readonly commands$ = new Subject<TrayCommand>();
  private readonly end = Promise.withResolvers<void>();
  readonly closed = this.end.promise;
  disposed = false;
  show(view: TrayView): void {
    this.views.push(view);
  }
  notify(title: string, text: string): void {
    this.notices.push(`${title}: ${text}`);
  }
  signOut(): void {
    this.end.resolve();
  }
  dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(10)) if (condition()) return;
  assert.fail(`It never came to this: ${what}`);
}

describe('tray', () => {
  const english = endpointTexts('en');
  const commandsOf = (view: TrayView): (string | undefined)[] => view.menu.map(({ command }) => command);

  it('I5 X7 says by its mark, its tooltip and its menu how things stand', () => {
    const view = trayView(connected, english);
    assert.deepEqual([view.mark, view.tooltip], ['connected', 'Latchkey Endpoint\nConnected to Example']);
    assert.deepEqual(commandsOf(view), [undefined, 'open', 'block']);
    const blocked = trayView({ ...connected, blocked: true, connection: 'disconnected' }, english);
    assert.equal(blocked.mark, 'blocked');
    assert.match(blocked.tooltip, /Access is blocked\nNot connected to Example$/);
    assert.deepEqual(commandsOf(blocked), [undefined, undefined, 'open', 'unblock']);
    const inSession = trayView({ ...connected, sessions: [session] }, english);
    assert.deepEqual([inSession.mark, inSession.menu[0]?.text], ['session', 'In a session: Ann and Bob']);
    const away = trayView({ ...connected, connection: 'connecting', organisation: '' }, english);
    assert.deepEqual([away.mark, away.menu[0]?.text], ['away', 'Connecting to https://hub.example …']);
    assert.deepEqual(commandsOf(trayView(undefined, english)), [undefined]);
  });

  for (const language of ['en', 'fr', 'de'] as const)
    it(`I5 has all its texts in ${language}`, () => {
      const localizer = endpointTexts(language);
      for (const connection of ['connected', 'connecting', 'disconnected'] as const)
        for (const blocked of [true, false])
          for (const { text } of trayView({ ...connected, connection, blocked, sessions: [session] }, localizer).menu)
            assert.doesNotMatch(text, /^tray\.|[{}]/);
    });

  it('is told what people at the computer may know, and no more', () => {
    const { current } = new AppState('device', 'https://hub.example');
    const access = {
      group: 'Berlin',
      nickname: null,
      blocked: true,
      password: { support: 'none', stored: false, account: 'eve' },
    };
    const told = trayStateOf({ ...current, access } as CustomerState);
    assert.equal(told?.blocked, true);
    assert.ok(!JSON.stringify(told).includes('eve'));
    assert.equal(trayStateOf({ ...current, ended: { reason: 'closed', by: null } }), undefined);
  });

  it('I5 X1 follows the service, tells of sessions, and acts on what is chosen, one thing after the other', async () => {
    const feed = join(temporaryFolder(), 'feed');
    const state = new BehaviorSubject<TrayState | undefined>(connected);
    const service = await TrayFeed.listen(feed, state);
    const icon = new NotedIcon();
    const acts: { command: TrayCommand; done: () => void }[] = [];
    const problems: unknown[] = [];
    const stopping = new AbortController();
    const ended = runTray({
      icon,
      feed,
      localizer: english,
      signal: stopping.signal,
      act: (command) => new Promise((done) => acts.push({ command, done })),
      onProblem: (problem) => problems.push(problem),
      isInstalled: () => true,
    });
    const mark = (): string | undefined => icon.views.at(-1)?.mark;
    await until('connected', () => mark() === 'connected');
    state.next({ ...connected, sessions: [session] });
    await until('session', () => mark() === 'session');
    state.next({ ...connected, blocked: true });
    await until('blocked', () => mark() === 'blocked');
    assert.deepEqual(icon.notices, [
      'Remote support: A session on this computer has begun: Ann and Bob.',
      'Remote support: The session on this computer is over: Ann and Bob.',
    ]);
    icon.commands$.next('unblock');
    icon.commands$.next('open');
    acts[0]?.done();
    await delay(20);
    icon.commands$.next('open');
    assert.deepEqual(
      acts.map(({ command }) => command),
      ['unblock', 'open'],
    );
    // The service ends, as it should: the icon goes with it.
    state.next(undefined);
    const closing = service.close();
    assert.equal(await ended, 'closed');
    assert.ok(icon.disposed);
    await closing;
    assert.deepEqual(problems, []);
  });

  it('I5 stays where the service was killed, says that it does not run, and comes back with it; goes when somebody signs out', async () => {
    const feed = join(temporaryFolder(), 'feed');
    const sockets: Socket[] = [];
    const killed = createServer((socket) => {
      sockets.push(socket);
      socket.write(`${JSON.stringify(connected)}\n`);
    });
    await new Promise<void>((resolve) => killed.listen(feed, resolve));
    const icon = new NotedIcon();
    const ended = runTray({
      icon,
      feed,
      localizer: english,
      signal: new AbortController().signal,
      act: () => Promise.resolve(),
      onProblem: () => {},
      isInstalled: () => true,
    });
    const mark = (): string | undefined => icon.views.at(-1)?.mark;
    await until('connected', () => mark() === 'connected');
    killed.close();
    sockets.forEach((socket) => socket.destroy());
    await until('away', () => mark() === 'away');
    const service = await TrayFeed.listen(feed, new BehaviorSubject({ ...connected, blocked: true }));
    await until('blocked', () => mark() === 'blocked');
    icon.signOut();
    assert.equal(await ended, 'closed');
    await service.close();
  });

  it('I5 goes with the program, and makes room for another version', async () => {
    const feed = join(temporaryFolder(), 'feed');
    const run = (icon: TrayIcon, installed: boolean) =>
      runTray({
        icon,
        feed,
        localizer: english,
        signal: new AbortController().signal,
        act: () => Promise.resolve(),
        onProblem: () => {},
        isInstalled: () => installed,
      });
    assert.equal(await run(new NotedIcon(), false), 'closed');
    const service = await TrayFeed.listen(feed, new BehaviorSubject({ ...connected, version: '99.0.0' }));
    assert.equal(await run(new NotedIcon(), true), 'otherVersion');
    await service.close();
  });

  it('takes nothing in, and survives what is no feed', async () => {
    const folder = temporaryFolder();
    const service = await TrayFeed.listen(join(folder, 'feed'), new BehaviorSubject(connected));
    const reader = connect(join(folder, 'feed'));
    const closed = new Promise((resolve) => reader.once('close', resolve));
    reader.resume().write('{"jsonrpc":"2.0"}\n');
    await closed;
    await service.close();
    const liar = createServer((socket) => socket.write('no JSON\n{"version":1}\n'));
    await new Promise<void>((resolve) => liar.listen(join(folder, 'liar'), resolve));
    const icon = new NotedIcon();
    const stopping = new AbortController();
    const ended = runTray({
      icon,
      feed: join(folder, 'liar'),
      localizer: english,
      signal: stopping.signal,
      act: () => Promise.resolve(),
      onProblem: () => {},
      isInstalled: () => true,
    });
    await delay(100);
    stopping.abort();
    assert.equal(await ended, 'closed');
    assert.deepEqual(icon.views, []);
    liar.close();
  });

  it('I5 each mark is another picture, told apart without its colour too', () => {
    const size = 16;
    const plain = Buffer.alloc(size * size * 4, 200);
    const alpha = (pixels: Buffer): string => Buffer.from(pixels.filter((_, at) => at % 4 === 3)).toString('hex');
    const marks = ['connected', 'session', 'blocked', 'away'] as const;
    const pictures = marks.map((mark) => markPixels(plain, size, mark));
    assert.equal(new Set(pictures.map((picture) => picture.toString('hex'))).size, 4);
    const [works, , held] = pictures as [Buffer, Buffer, Buffer, Buffer];
    assert.notEqual(alpha(works), alpha(held));
    const resource = iconResource(works, size);
    assert.equal(resource.length, 40 + size * size * 4 + size * 4);
    assert.equal(resource.readInt32LE(8), size * 2);
  });
});
