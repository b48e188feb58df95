import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import {
  ScriptedComputer,
  testSession,
  testSessionId,
  otherTechnician,
} from '#core/testing/workbench/scripted-computer.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { NoReplicaStorage } from '#core/workbench/devices/replica-storage.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { MemoryKeyValueStorage } from '#core/workbench/storage/workbench-storage.ts';
import { workbenchModules } from '#core/workbench/workbench-modules.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Session } from '#protocol/sessions.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import { registerSessions } from './register-sessions.ts';
import './session-page.ts';
import type { SessionPage } from './session-page.ts';

describe('lk-session-page', () => {
  let hub: ScriptedHub;
  let computer: ScriptedComputer;
  let container: Container;
  let page: SessionPage;

  /** All elements below one, through shadow roots. */
  function* below(root: ParentNode): Generator<Element> {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* below(element.shadowRoot);
    }
  }
  const find = <E extends HTMLElement>(selector: string): E | undefined =>
    [...below(page.shadowRoot!)].find((element): element is E => element.matches(selector));
  const text = (): string =>
    [...below(page.shadowRoot!)]
      .map((element) => [...element.childNodes].map((node) => (node.nodeType === 3 ? node.textContent : '')).join(''))
      .join(' ')
      .replace(/\s+/g, ' ');
  async function until(what: () => unknown, message = what.toString()): Promise<void> {
    for (let waited = 0; !what(); waited++) {
      assert.isBelow(waited, 300, `In vain: ${message}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  async function show(session: Session): Promise<void> {
    computer.sessions.set(session.id, session);
    container.get(DeviceReplica).start();
    container.get(HubConnection).start();
    registerSessions();
    page = document.createElement('lk-session-page');
    page.style.height = '600px';
    page.input = { kind: 'session', id: session.id, title: 'x', data: { session: session.id } };
    document.body.append(page);
    await until(() => find('header'));
  }
  async function isAccessible(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { violations } = await axe.run(page, { rules: { region: { enabled: false } } });
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      [],
    );
  }
  const click = (selector: string): void => {
    const element = find(selector);
    assert.isOk(element, selector);
    element!.click();
  };

  before(async () => {
    showTheme('dark');
    await showLanguage('en');
  });
  beforeEach(() => {
    hub = new ScriptedHub();
    computer = new ScriptedComputer(hub);
    container = new Container();
    container.load(
      ...workbenchModules({
        opener: hub,
        replicaStorage: new NoReplicaStorage(),
        storage: new MemoryKeyValueStorage(),
        platform: { mac: false },
        connection: { backOff: () => 20 },
      }),
    );
    provideServices(container);
  });
  afterEach(() => {
    page.remove();
    container.get(HubConnection).dispose();
  });

  it('A1: shows an invitation’s key in groups of three, its link and QR code, and makes a new one', async () => {
    await show(
      testSession({
        kind: 'attended',
        state: 'waiting',
        device: null,
        computer: null,
        keyExpiresAt: Date.now() + 500_000,
      }),
    );
    await until(() => text().includes('The key is shown once only'));
    click('lk-session-invitation button.primary, button.primary');
    await until(() => find('.key')?.textContent === '987 654 321');
    assert.equal(find<HTMLAnchorElement>('a.link')?.href, 'https://hub.example/join#987654321');
    assert.isOk(find('lk-qr-code'));
    await isAccessible();
  });

  for (const hours of [-30, 5]) {
    it(`A1: shows what is left of a key where the technician’s clock is ${hours} hours ahead of the hub’s`, async () => {
      hub.ahead = -hours * 3_600_000;
      const session = testSession({ kind: 'attended', state: 'waiting', device: null, computer: null });
      await show({ ...session, keyExpiresAt: Date.now() + hub.ahead + 500_000 });
      await until(() => text().includes('The key is shown once only'), 'it is still good');
      click('lk-session-invitation button.primary, button.primary');
      await until(() => /\b(9:5\d|10:00)\b/.test(find('.left [role=timer]')?.textContent ?? ''));
    });

    it(`says how long an interrupted session can still come back, ${hours} hours ahead of the hub`, async () => {
      hub.ahead = -hours * 3_600_000;
      await show(testSession({ state: 'interrupted', resumeUntil: Date.now() + hub.ahead + 55_000 }));
      await until(() => /\b0:5\d\b/.test(find('.banner [role=timer]')?.textContent ?? ''));
    });
  }

  it('X1: asks for an account, clears the password, and says how many attempts are left', async () => {
    await show(testSession({ state: 'signingIn', sealingKey: await computer.publicKey() }));
    await until(() => find('#account'));
    computer.refusal = new LatchkeyError('session.accountRefused', { account: 'anna', left: 2 });
    find<HTMLInputElement>('#account')!.value = 'anna';
    find<HTMLInputElement>('#password')!.value = 'secret';
    click('form button.primary');
    await until(() => text().includes('2 attempts are left'));
    assert.equal(find<HTMLInputElement>('#password')!.value, '');
    assert.deepEqual(computer.accounts, [{ account: 'anna', password: 'secret' }]);
    await isAccessible();
    computer.refusal = undefined;
    find<HTMLInputElement>('#password')!.value = 'right';
    click('form button.primary');
    await until(() => find('[role=tab]'));
  });

  it('A9: says that the stored password is no longer taken, where that is why an account is asked for', async () => {
    await show(
      testSession({ state: 'signingIn', sealingKey: await computer.publicKey(), storedPasswordRefused: true }),
    );
    await until(() => text().includes('is no longer valid'));
    await isAccessible();
  });

  it('opens a terminal that shows what is printed, and types into it', async () => {
    computer.terminalOpen = true;
    await show(testSession());
    await until(() => find('.xterm-rows'));
    computer.print('hello größe\r\n');
    await until(() => find('.xterm-rows')?.textContent?.includes('hello größe'));
    const view = find<HTMLElement>('lk-terminal')!;
    view.focus();
    const keys = find<HTMLTextAreaElement>('.xterm-helper-textarea')!;
    keys.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'c', code: 'KeyC', keyCode: 67, ctrlKey: true, bubbles: true }),
    );
    await until(() => computer.typed.includes('\x03'));
    await isAccessible();
  });

  it('says that the connection is interrupted, and goes on with what was printed meanwhile', async () => {
    computer.terminalOpen = true;
    await show(testSession());
    await until(() => find('.xterm-rows'));
    computer.print('one ');
    await until(() => find('.xterm-rows')?.textContent?.includes('one'));
    computer.attached = false;
    computer.change({ state: 'interrupted', resumeUntil: Date.now() + 50_000 });
    await until(() => /0:\d\d/.test(text()));
    computer.print('two');
    computer.change({ state: 'active', resumeUntil: null });
    await until(() => find('.xterm-rows')?.textContent?.includes('one two'));
  });

  it('lets somebody who looks on ask for control, and type nothing', async () => {
    const otto = { technician: otherTechnician.id, name: otherTechnician.name, since: 0 };
    computer.terminalOpen = true;
    await show(testSession({ inControl: otto.technician, participants: [otto, ...testSession().participants] }));
    await until(() => text().includes('Otto is in control'));
    await until(() => find('.xterm-helper-textarea'));
    const keys = find<HTMLTextAreaElement>('.xterm-helper-textarea')!;
    keys.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', code: 'KeyA', keyCode: 65, bubbles: true }));
    click('.note button');
    await until(() => computer.asked.length === 1);
    assert.deepEqual(computer.typed, []);
    await isAccessible();
  });

  it('lists files by keyboard, and goes into folders', async () => {
    computer.files.set('/home/tess/notes.txt', new Uint8Array(2000));
    computer.files.set('/home/tess/.hidden', new Uint8Array(1));
    computer.files.set('/home/tess/docs/a', new Uint8Array(1));
    await show(testSession());
    click('#tab-files');
    await until(() => find('lk-file-table [role=row], [role=row][id]'));
    const names = (): string[] =>
      [...below(page.shadowRoot!)]
        .filter((each) => each.matches('.name[role=gridcell]'))
        .map((each) => each.getAttribute('title')!);
    await until(() => names().length === 2);
    assert.deepEqual(names(), ['docs', 'notes.txt']);
    await isAccessible();
    const grid = find('[role=grid]')!;
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await until(() => names().join() === 'a');
    grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'Backspace', bubbles: true }));
    await until(() => names().length === 2);
  });

  it('says why a session ended, and that somebody else’s can be joined', async () => {
    const otto = { technician: otherTechnician.id, name: otherTechnician.name, since: 0 };
    await show(testSession({ inControl: otto.technician, participants: [otto] }));
    await until(() => text().includes('Join and look on'));
    assert.deepEqual(computer.joins, []);
    click('.state button.primary');
    await until(() => computer.joins.length === 1);
    computer.change({ state: 'ended', end: 'customer', endedAt: Date.now(), participants: [] });
    await until(() => text().includes('The customer ended it.'));
    assert.equal(container.get(SessionService).availability(testSessionId), 'ended');
    await isAccessible();
  });
});
