import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { BehaviorSubject } from 'rxjs';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { languages } from '#core/base/l10n/localizer.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './two-factor-dialog.ts';
import type { TwoFactorDialog } from './two-factor-dialog.ts';
import './two-factor-first.ts';
import './two-factor-requirement.ts';

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const uri = `otpauth://totp/Latchkey:anna%40example.com?issuer=Latchkey&secret=${secret}`;
const recoveryCodes = Array.from({ length: 10 }, (_, index) => `abcd-efgh-ijkl-mno${'abcdefghij'[index]}`);

describe('Two-factor sign-in in the workbench (G5)', () => {
  const calls: [string, unknown][] = [];
  let state = { on: false, required: false, recoveryCodesLeft: 0 };
  let refusal: ErrorCode | undefined;
  let roles: string[] = [];
  let signedOut = 0;
  let onConfirm = (): void => {};
  let element: HTMLElement;
  const answers: Record<string, () => unknown> = {
    'twoFactor/state': () => state,
    'twoFactor/begin': () => ({ secret, uri }),
    'twoFactor/confirm': () => ({ recoveryCodes }),
    'twoFactor/renewRecoveryCodes': () => ({ recoveryCodes }),
    'twoFactor/requirement': () => ({ roles }),
    'accounts/administrators': () => [{ name: 'Adele', email: 'adele@example.com' }],
    'accounts/list': () => [
      { id: 'a', name: 'Adele', role: 'administrator', disabled: false, twoFactor: true },
      { id: 'b', name: 'Bert', role: 'technician', disabled: false, twoFactor: false },
      { id: 'c', name: 'Cleo', role: 'technician', disabled: false, twoFactor: true },
    ],
  };
  const status = new BehaviorSubject({ state: 'heldUp' });
  const hub = {
    status$: status,
    request: async ({ method }: { method: string }, params: unknown) => {
      if (!/state|requirement$|administrators|list/.test(method)) {
        calls.push([method, params]);
        if (refusal) throw new LatchkeyError(refusal);
        if (method === 'twoFactor/confirm') onConfirm();
      }
      return answers[method]?.() ?? {};
    },
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), holds.toString());
  };
  /** Looks through all shadow roots below the element. */
  function find<E extends Element>(selector: string, from: ParentNode = element.shadowRoot!): E | null {
    const found = from.querySelector<E>(selector);
    if (found) return found;
    for (const each of from.querySelectorAll('*')) {
      const inside = each.shadowRoot && find<E>(selector, each.shadowRoot);
      if (inside) return inside;
    }
    return null;
  }
  function text(from: ParentNode = element.shadowRoot!): string {
    const own = [...from.querySelectorAll('*')];
    return [from.textContent ?? '', ...own.map((each) => (each.shadowRoot ? text(each.shadowRoot) : ''))].join(' ');
  }
  const button = (label: string): HTMLButtonElement => {
    const all: HTMLButtonElement[] = [];
    const gather = (from: ParentNode): void => {
      all.push(...from.querySelectorAll('button'));
      for (const each of from.querySelectorAll('*')) if (each.shadowRoot) gather(each.shadowRoot);
    };
    gather(element.shadowRoot!);
    return all.find((each) => each.textContent!.trim().endsWith(label))!;
  };
  const type = (values: Record<string, string>): void => {
    for (const [id, value] of Object.entries(values)) find<HTMLInputElement>(`#${id}`)!.value = value;
    find<HTMLFormElement>('form')!.requestSubmit();
  };
  const open = async (tag: string): Promise<void> => {
    element = document.createElement(tag);
    document.body.append(element);
    await (element as TwoFactorDialog).updateComplete;
  };
  const closed = (): Promise<void> =>
    new Promise((resolve) => element.addEventListener('dialog-close', () => resolve(), { once: true }));

  before(() => {
    const container = new Container();
    container.bind(HubConnection).toConstantValue(hub as unknown as HubConnection);
    container.bind(AccountService).toConstantValue({
      identity: { technician: { email: 'anna@example.com' } },
      signOut: async () => void signedOut++,
    } as unknown as AccountService);
    provideServices(container);
  });
  beforeEach(async () => {
    showTheme('dark');
    await showLanguage('en');
    calls.length = signedOut = 0;
    refusal = undefined;
    onConfirm = () => {};
    roles = [];
    state = { on: false, required: false, recoveryCodesLeft: 0 };
  });
  afterEach(() => element.remove());

  it('is set up step by step: password, authenticator, recovery codes', async () => {
    await open('lk-two-factor-dialog');
    await until(() => deepActiveElement() === button('Set up') && button('Set up') !== undefined);
    button('Set up').click();
    await until(() => deepActiveElement()?.id === 'password');
    type({ password: '' });
    await until(() => text().includes('Enter your current password.'));
    refusal = 'account.wrongPassword';
    type({ password: 'no' });
    await until(() => text().includes('This is not your password.'));
    refusal = undefined;
    type({ password: 'correct' });
    await until(() => find('lk-qr-code') !== null);
    await until(() => deepActiveElement()?.id === 'code');
    assert.equal((find('lk-qr-code') as unknown as { text: string }).text, uri);
    assert.include(text(), 'JBSW Y3DP');
    refusal = 'account.codeWrong';
    type({ code: '000000' });
    await until(() => find('#code[aria-invalid=true]') !== null);
    refusal = undefined;
    type({ code: '123 456' });
    await until(() => text().includes(recoveryCodes[9]!));
    assert.deepEqual(calls.slice(-3), [
      ['twoFactor/begin', { password: 'correct' }],
      ['twoFactor/confirm', { code: '000000' }],
      ['twoFactor/confirm', { code: '123 456' }],
    ]);
    const dialog = find<HTMLDialogElement>('dialog')!;
    const cancel = new Event('cancel', { cancelable: true });
    dialog.dispatchEvent(cancel);
    assert.isTrue(cancel.defaultPrevented, 'Escape does not throw the codes away');
    const done = closed();
    button('I have kept them').click();
    await done;
  });

  it('puts recovery codes into a file', async () => {
    state = { on: true, required: false, recoveryCodesLeft: 1 };
    await open('lk-two-factor-dialog');
    await until(() => text().includes('You have 1 recovery code left.'));
    button('New recovery codes').click();
    await until(() => find('#code') !== null);
    type({ password: 'correct', code: '123456' });
    await until(() => find('lk-recovery-codes') !== null);
    assert.deepEqual(calls, [['twoFactor/renewRecoveryCodes', { password: 'correct', code: '123456' }]]);
    const saved = new Promise<Blob>((resolve) => {
      const make = URL.createObjectURL;
      URL.createObjectURL = (blob) => (resolve(blob as Blob), (URL.createObjectURL = make), 'blob:test');
    });
    const click = HTMLAnchorElement.prototype.click;
    let name = '';
    HTMLAnchorElement.prototype.click = function () {
      name = this.download;
    };
    button('Download').click();
    HTMLAnchorElement.prototype.click = click;
    const content = await (await saved).text();
    assert.equal(name, 'latchkey-recovery-codes.txt');
    for (const code of recoveryCodes) assert.include(content, code);
    assert.include(content, 'anna@example.com');
  });

  it('moves to another authenticator with a code of the present one', async () => {
    state = { on: true, required: true, recoveryCodesLeft: 10 };
    await open('lk-two-factor-dialog');
    await until(() => button('Use another authenticator app') !== undefined);
    button('Use another authenticator app').click();
    await until(() => find('#code') !== null);
    type({ password: 'correct', code: '' });
    await until(() => find('#code[aria-invalid=true]') !== null);
    type({ password: 'correct', code: '123456' });
    await until(() => find('lk-qr-code') !== null);
    assert.deepEqual(calls, [['twoFactor/begin', { password: 'correct', code: '123456' }]]);
  });

  it('is switched off with password and code, but not where the role requires it', async () => {
    state = { on: true, required: true, recoveryCodesLeft: 10 };
    await open('lk-two-factor-dialog');
    await until(() => button('Switch off') !== undefined);
    assert.equal(button('Switch off').getAttribute('aria-disabled'), 'true');
    assert.include(text(), 'Your role requires two-factor sign-in.');
    button('Switch off').click();
    assert.equal(find('form'), null);
    element.remove();

    state = { on: true, required: false, recoveryCodesLeft: 10 };
    await open('lk-two-factor-dialog');
    await until(() => button('Switch off') !== undefined);
    button('Switch off').click();
    await until(() => find('#code') !== null);
    refusal = 'account.codeWrong';
    type({ password: 'correct', code: '000000' });
    await until(() => find('#code[aria-invalid=true]') !== null);
    refusal = undefined;
    const done = closed();
    type({ password: 'correct', code: '123456' });
    await done;
    assert.deepEqual(calls.at(-1), ['twoFactor/switchOff', { password: 'correct', code: '123456' }]);
  });

  it('stands in place of the workbench where the role requires it, and keeps the codes until they were seen', async () => {
    status.next({ state: 'connecting' });
    await open('lk-two-factor-first');
    assert.notInclude(text(), 'Adele');
    status.next({ state: 'heldUp' });
    await until(() => text().includes('Adele'));
    button('Sign Out').click();
    assert.equal(signedOut, 1);
    type({ password: 'correct' });
    await until(() => find('lk-qr-code') !== null);
    const first = element as unknown as { showsCodes: boolean };
    refusal = 'account.codeWrong';
    type({ code: '000000' });
    await until(() => find('#code[aria-invalid=true]') !== null);
    assert.isFalse(first.showsCodes);
    refusal = undefined;
    onConfirm = () => assert.isTrue(first.showsCodes, 'before the hub tells that it is on');
    type({ code: '123456' });
    await until(() => find('lk-recovery-codes') !== null);
    assert.isTrue(first.showsCodes);
    const finished = new Promise((resolve) => element.addEventListener('finished', resolve));
    button('I have kept them').click();
    await finished;
    assert.isFalse(first.showsCodes);
  });

  it('is required of a role after a question that says how many it holds up', async () => {
    await open('lk-two-factor-requirement');
    await until(() => find('input[type=checkbox]') !== null);
    assert.include(text().replace(/\s+/g, ' '), '1 of 2 have set it up');
    const boxes = (): HTMLInputElement[] => [...element.shadowRoot!.querySelectorAll<HTMLInputElement>('input')];
    boxes()[1]!.click();
    await until(() => find<HTMLDialogElement>('dialog')?.open === true);
    assert.isFalse(boxes()[1]!.checked, 'as it is stored, until it is');
    assert.include(text(), '1 of them has not set it up');
    roles = ['technician'];
    button('Require').click();
    await until(() => find('dialog') === null && boxes()[1]!.checked);
    boxes()[0]!.click(); // nobody is held up: nothing is asked
    await until(() => calls.length === 2);
    assert.deepEqual(calls, [
      ['twoFactor/setRequirement', { roles: ['technician'] }],
      ['twoFactor/setRequirement', { roles: ['technician', 'administrator'] }],
    ]);
  });

  const views: [string, () => Promise<void>][] = [
    ['the state', () => open('lk-two-factor-dialog')],
    [
      'the proof',
      async () => {
        state = { on: true, required: true, recoveryCodesLeft: 3 };
        await open('lk-two-factor-dialog');
        await until(() => find('.actions button') !== null);
        find<HTMLButtonElement>('.actions button')!.click();
        await until(() => find('#code') !== null);
      },
    ],
    [
      'the authenticator',
      async () => {
        await open('lk-two-factor-first');
        type({ password: 'correct' });
        await until(() => find('lk-qr-code') !== null);
      },
    ],
    [
      'the codes',
      async () => {
        await open('lk-two-factor-first');
        type({ password: 'correct' });
        await until(() => find('lk-qr-code') !== null);
        type({ code: '123456' });
        await until(() => find('lk-recovery-codes') !== null);
      },
    ],
    ['the requirement', () => open('lk-two-factor-requirement')],
  ];
  for (const [name, show] of views) {
    it(`has nothing that axe objects to, in each language and both themes: ${name}`, async () => {
      await show();
      for (const theme of ['dark', 'light'] as const) {
        showTheme(theme);
        for (const language of languages) {
          await showLanguage(language);
          await new Promise((resolve) => setTimeout(resolve, 20));
          assert.notMatch(text(), /twoFactor\.|administration\./);
          const { violations } = await axe.run(element);
          assert.deepEqual(
            violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
            [],
          );
        }
      }
    });
  }
});
