import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { withProof } from '#core/workbench/accounts/account-proof.ts';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import { askProof } from './account-proof-dialog.ts';

describe('Account proof (A5)', () => {
  const settle = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 30));
  const dialog = () => document.querySelector('lk-account-proof-dialog');
  const part = <E extends HTMLElement>(selector: string): E => dialog()!.shadowRoot!.querySelector<E>(selector)!;
  const answer = async (password: string, code?: string): Promise<void> => {
    await settle();
    part<HTMLInputElement>('#password').value = password;
    if (code !== undefined) part<HTMLInputElement>('#code').value = code;
    part<HTMLFormElement>('form').requestSubmit();
    await settle();
  };

  before(async () => {
    showTheme('light');
    await showLanguage('en');
    const container = new Container();
    const identity = { technician: { email: 'tess@example.com' } };
    container.bind(AccountService).toConstantValue({ identity } as unknown as AccountService);
    provideServices(container);
  });
  afterEach(() => dialog()?.remove());

  it('asks again as long as the password is wrong, for the code where one is needed, and keeps neither', async () => {
    const tried: unknown[] = [];
    const result = withProof(askProof, 'Confirm that it is you.', async (proof) => {
      tried.push(proof);
      if (proof.password !== 'right') throw new LatchkeyError('account.wrongPassword');
      if (proof.code === undefined) throw new LatchkeyError('account.codeRequired');
      if (proof.code !== '123456') throw new LatchkeyError('account.codeWrong');
      return 'done';
    });
    await answer('wrong');
    assert.equal(part('#password-problem').textContent.trim(), 'This is not your password.');
    assert.equal(part<HTMLInputElement>('#password').value, '');
    assert.isNull(part('#code'));
    await answer('right');
    assert.equal(part('#code').getAttribute('autocomplete'), 'one-time-code');
    await answer('right', '000000');
    assert.equal(part('#code').getAttribute('aria-invalid'), 'true');
    await answer('right', ' 123456 ');
    assert.equal(await result, 'done');
    assert.lengthOf(tried, 4);
    assert.isNull(dialog());
  });

  it('sends nothing while it is empty; Escape gives up and nothing is done', async () => {
    let ran = false;
    const result = withProof(askProof, 'Confirm.', async () => (ran = true));
    await answer('');
    assert.isNotNull(dialog());
    part<HTMLDialogElement>('dialog').close();
    assert.isUndefined(await result);
    assert.isFalse(ran);
  });

  it('lets any other error pass', async () => {
    const result = withProof(askProof, 'Confirm.', async () => {
      throw new LatchkeyError('setUp.underWay', { technician: 'Max' });
    });
    const refused = result.then(
      () => assert.fail(),
      (error: LatchkeyError) => assert.equal(error.code, 'setUp.underWay'),
    );
    await answer('right');
    await refused;
  });

  it('has nothing that axe objects to, and shows who is signed in', async () => {
    const result = askProof({
      purpose: 'Confirm that it is you.',
      needsCode: true,
      problem: new LatchkeyError('account.codeWrong'),
    });
    await settle();
    assert.include(part('dialog').textContent, 'tess@example.com');
    const { violations } = await axe.run(dialog()!);
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
    part<HTMLDialogElement>('dialog').close();
    await result;
  });
});
