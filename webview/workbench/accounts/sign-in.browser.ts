import axe from 'axe-core';
import { assert } from 'chai';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import { Container } from 'inversify';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import type { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import './sign-in.ts';
import type { SignIn } from './sign-in.ts';

const worker = setupWorker();
const refuse = (code: ErrorCode, args: Record<string, string | number> = {}) =>
  worker.use(
    http.post('/api/sign-in', () =>
      HttpResponse.json({ error: new LatchkeyError(code, args).toData(), message: code }, { status: 401 }),
    ),
  );

describe('lk-sign-in', () => {
  let element: SignIn;
  let retries = 0;
  const status: { state: 'signedOut'; ended?: boolean } = { state: 'signedOut' };
  const root = (): ShadowRoot => element.shadowRoot!;
  const field = (id: string): HTMLInputElement => root().querySelector(`#${id}`)!;
  const message = (): string => root().querySelector('#message')!.textContent!.trim();
  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds());
  };
  const submit = (email: string, password: string): void => {
    field('email').value = email;
    field('password').value = password;
    root().querySelector('form')!.requestSubmit();
  };

  before(async () => {
    await worker.start({ quiet: true });
    await showLanguage('en');
    const connection = {
      url: location.origin,
      retry: () => retries++,
      currentStatus: status,
    } as unknown as HubConnection;
    const container = new Container();
    container.bind(AccountService).toConstantValue(new AccountService(connection));
    provideServices(container);
  });
  after(() => worker.stop());

  beforeEach(async () => {
    retries = 0;
    element = document.createElement('lk-sign-in');
    document.body.append(element);
    await element.updateComplete;
  });
  afterEach(() => {
    element.remove();
    worker.resetHandlers();
  });

  it('says that a sign-in has ended, where one has, until it says something else', async () => {
    assert.equal(message(), '');
    element.remove();
    status.ended = true;
    element = document.createElement('lk-sign-in');
    document.body.append(element);
    await element.updateComplete;
    status.ended = false;
    assert.include(message(), 'Your sign-in has ended');
    submit('nobody', 'x');
    await until(() => message().includes('not an e-mail address'));
    assert.notInclude(message(), 'Your sign-in has ended');
  });

  it('signs in and connects', async () => {
    worker.use(http.post('/api/sign-in', () => HttpResponse.json({})));
    let signedIn = false;
    element.addEventListener('signed-in', () => (signedIn = true));
    submit('Lea@example.com', 'correct horse battery');
    await until(() => signedIn);
    assert.equal(retries, 1);
  });

  it('says what is wrong with an e-mail address without asking the hub', async () => {
    submit('nobody', 'x');
    await until(() => message() !== '');
    assert.include(message(), 'not an e-mail address');
    assert.equal(field('email').getAttribute('aria-invalid'), 'true');
  });

  it('says that e-mail or password is wrong, and keeps the page where it is', async () => {
    refuse('account.wrongPassword');
    const before = root().querySelector('main')!.getBoundingClientRect().top;
    submit('lea@example.com', 'wrong');
    await until(() => message() !== '');
    assert.include(message(), 'wrong');
    assert.equal(root().querySelector('main')!.getBoundingClientRect().top, before);
  });

  it('counts down after too many attempts, and takes no other meanwhile', async () => {
    refuse('account.tooManyAttempts', { seconds: 2 });
    submit('lea@example.com', 'wrong');
    await until(() => message().includes('2 seconds'));
    const button = root().querySelector<HTMLButtonElement>('.submit')!;
    assert.isTrue(button.disabled);
    await until(() => message().includes('1 second'));
    await until(() => !button.disabled);
  });

  it('offers to try again where the hub cannot be reached', async () => {
    worker.use(http.post('/api/sign-in', () => HttpResponse.error()));
    submit('lea@example.com', 'x');
    await until(() => message() !== '');
    assert.include(message(), 'does not answer');
    assert.equal(root().querySelector('.submit')!.textContent!.trim(), 'Try again');
  });

  it('switches its language', async () => {
    const select = root().querySelector('select')!;
    select.value = 'de';
    select.dispatchEvent(new Event('change'));
    await until(() => root().querySelector('h1')!.textContent === 'Anmelden');
    await showLanguage('en');
  });

  it('shows the password only when asked to', async () => {
    assert.equal(field('password').type, 'password');
    root().querySelector<HTMLButtonElement>('[aria-pressed]')!.click();
    await element.updateComplete;
    assert.equal(field('password').type, 'text');
  });

  it('G5 asks for the code where two-factor sign-in is on, and signs in with it', async () => {
    const sent: unknown[] = [];
    worker.use(
      http.post('/api/sign-in', async ({ request }) => {
        const body = (await request.json()) as { code?: string };
        sent.push(body);
        const code: ErrorCode | undefined =
          body.code === undefined ? 'account.codeRequired' : body.code === '123456' ? undefined : 'account.codeWrong';
        if (!code) return HttpResponse.json({});
        return HttpResponse.json({ error: new LatchkeyError(code).toData(), message: code }, { status: 401 });
      }),
    );
    submit('anna@example.com', 'correct');
    await until(() => field('code') !== null && root().activeElement === field('code'));
    assert.equal(getComputedStyle(field('password').closest('.field')!).display, 'none');
    root().querySelector('form')!.requestSubmit();
    await until(() => message().includes('Enter the code'));
    field('code').value = '000000';
    root().querySelector('form')!.requestSubmit();
    await until(() => message().includes('This code is not right'));
    assert.equal(field('code').getAttribute('aria-invalid'), 'true');
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
    root().querySelector<HTMLButtonElement>('.back')!.click();
    await until(() => root().activeElement === field('password'));
    root().querySelector('form')!.requestSubmit();
    await until(() => field('code') !== null);
    const before = retries;
    field('code').value = ' 123456 ';
    root().querySelector('form')!.requestSubmit();
    await until(() => retries > before);
    assert.deepEqual(sent.at(-1), { email: 'anna@example.com', password: 'correct', code: '123456' });
  });

  it('has nothing that axe objects to', async () => {
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
  });
});

declare global {
  interface HTMLElementTagNameMap {
    'lk-sign-in': SignIn;
  }
}
