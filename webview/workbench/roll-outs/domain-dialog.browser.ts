import axe from 'axe-core';
import { assert } from 'chai';
import { languages } from '#core/base/l10n/localizer.ts';
import type { DomainAccess, DomainQuestion, Watching } from '#core/workbench/roll-outs/domain-question.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RollOutChange, RollOutChangeList } from '#protocol/roll-outs.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import { changeDomain, type DomainDialog } from './domain-dialog.ts';

const fingerprint = Array.from({ length: 32 }, (_, index) =>
  (index * 7).toString(16).padStart(2, '0').toUpperCase(),
).join(':');
const script = '@echo off\r\nrem Installs the endpoint\r\nmsiexec /i "%~1" /qn\r\n';
const changes: RollOutChange[] = [
  { kind: 'group', target: 'CN=Latchkey PCs,CN=Users,DC=ad,DC=example,DC=com', before: null, after: 'Latchkey PCs' },
  { kind: 'filter', target: 'Latchkey Berlin', before: 'Authenticated Users', after: 'Latchkey PCs' },
  { kind: 'policyFiles', target: '\\\\dc1.ad.example.com\\sysvol\\start.cmd', before: null, after: script },
  { kind: 'link', target: 'DC=ad,DC=example,DC=com', before: null, after: 'Latchkey Berlin' },
];
const shown: RollOutChangeList = {
  changes,
  notices: [
    { code: 'domain.computersUnknown', args: { count: 25, domain: 'ad.example.com' } },
    { code: 'domain.packageNotPlaced', args: { where: '\\\\files\\software' } },
  ],
  unknownComputers: Array.from({ length: 25 }, (_, index) => `GONE-${String(index + 1).padStart(2, '0')}`),
  domainController: 'dc1.ad.example.com',
  preview: 'seen',
};

describe('The dialog that changes a domain (D9)', () => {
  const asked: { access: DomainAccess; preview?: string | undefined }[] = [];
  let dialog: DomainDialog;
  let answered: Promise<RollOutChange[] | undefined>;
  let preview: (access: DomainAccess, watching: Watching) => Promise<RollOutChangeList>;
  let run: (watching: Watching) => Promise<RollOutChangeList>;

  const until = async (holds: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 200 && !holds(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.isTrue(holds(), holds.toString());
  };
  const find = <E extends HTMLElement>(selector: string): E | null => dialog.renderRoot.querySelector<E>(selector);
  const text = (): string => find('form')!.innerText;
  const says = (words: string): Promise<void> => until(() => text().includes(words));
  const button = (label: string): HTMLButtonElement | undefined =>
    [...dialog.renderRoot.querySelectorAll('button')].find((each) => each.textContent!.trim() === label);
  const fill = (values: Record<string, string>): void => {
    for (const [id, value] of Object.entries(values)) find<HTMLInputElement>(`#${id}`)!.value = value;
  };
  const send = (): void => find<HTMLFormElement>('form')!.requestSubmit();
  const open = async (more: Partial<DomainQuestion> = {}): Promise<void> => {
    answered = changeDomain({
      action: 'apply',
      name: 'Latchkey Berlin',
      domain: 'ad.example.com',
      preview: (access, watching = {}) => {
        asked.push({ access });
        return preview(access, watching);
      },
      run: (access, seen, watching = {}) => {
        asked.push({ access, preview: seen });
        return run(watching);
      },
      ...more,
    });
    dialog = document.querySelector('lk-domain-dialog')!;
    await dialog.updateComplete;
  };
  const signedIn = { account: 'AD\\admin', password: 'secret' };
  const toPreview = async (): Promise<void> => {
    fill(signedIn);
    send();
    await says('These 4 things would be changed.');
  };

  beforeEach(async () => {
    showTheme('dark');
    await showLanguage('en');
    asked.length = 0;
    preview = () => Promise.resolve(shown);
    run = () => Promise.resolve({ changes });
  });
  afterEach(() => document.querySelector('lk-domain-dialog')?.remove());

  it('asks for an account, shows what would be changed, and does that', async () => {
    await open();
    assert.equal(deepActiveElement()?.id, 'domainController');
    send();
    await until(() => deepActiveElement()?.id === 'account');
    assert.equal(find('#account')!.getAttribute('aria-invalid'), 'true');
    await toPreview();
    assert.include(text(), 'The domain controller is dc1.ad.example.com.');
    assert.include(text(), 'before: Authenticated Users');
    assert.include(text(), 'Copy it there yourself');
    await until(() => deepActiveElement()?.classList.contains('changes') === true);
    button('Apply')!.click();
    await says('Done: 4 changes.');
    const [looked, did] = asked;
    assert.deepEqual(looked!.access, { domainController: '', ...signedIn, certificate: undefined });
    // Whichever domain controller was found is the one that was looked at.
    assert.deepEqual([did!.access.domainController, did!.preview], ['dc1.ad.example.com', 'seen']);
    assert.isNull(find('#password'));
    await until(() => deepActiveElement() === button('Close'));
    button('Close')!.click();
    assert.deepEqual(await answered, changes);
  });

  it('says what turned out only when it was done', async () => {
    preview = () => Promise.resolve({ changes });
    const notice = { code: 'domain.packageNotPlaced', args: { where: '\\\\files\\software' } };
    run = () => Promise.resolve({ changes: changes.slice(1), notices: [notice] });
    await open();
    await toPreview();
    assert.notInclude(text(), 'Copy it there yourself');
    button('Apply')!.click();
    await says('Done: 3 changes.');
    assert.include(text(), 'Copy it there yourself');
  });

  it('names the computers that the domain does not know, once', async () => {
    await open();
    await toPreview();
    assert.include(text(), 'The domain does not know 25 computers, which are left out: GONE-01, GONE-02');
    assert.include(text(), 'GONE-20, …');
    assert.notInclude(text(), 'GONE-21');
    assert.notInclude(text(), 'do not get the policy');
  });

  it('trusts a certificate only where somebody says so, and that of this domain controller alone', async () => {
    preview = ({ certificate }) =>
      certificate === fingerprint
        ? Promise.resolve(shown)
        : Promise.reject(
            new LatchkeyError('domain.certificateUntrusted', {
              server: 'dc1.ad.example.com',
              reason: 'SELF_SIGNED_CERT_IN_CHAIN',
              fingerprint,
            }),
          );
    await open();
    fill({ domainController: 'dc1', ...signedIn });
    send();
    await says(fingerprint);
    assert.include(text(), 'Get-ChildItem Cert:\\LocalMachine\\My');
    send();
    await until(() => asked.length === 2);
    await says(fingerprint);
    assert.isUndefined(asked[1]!.access.certificate);
    button('Trust This Certificate')!.click();
    await says('These 4 things would be changed.');
    assert.equal(asked[2]!.access.certificate, fingerprint);
    button('Back')!.click();
    await until(() => deepActiveElement()?.id === 'account');
    fill({ domainController: 'dc2' });
    send();
    await until(() => asked.length === 4);
    assert.isUndefined(asked[3]!.access.certificate);
  });

  it('keeps what was typed where the account is refused, and leads to the password', async () => {
    preview = () =>
      Promise.reject(
        new LatchkeyError('domain.credentialsRefused', {
          account: 'AD\\admin',
          server: 'dc1',
          reason: 'LOGON_FAILURE',
        }),
      );
    await open();
    fill(signedIn);
    send();
    await says('does not let AD\\admin sign in');
    await until(() => deepActiveElement()?.id === 'password');
    assert.equal(find<HTMLInputElement>('#account')!.value, 'AD\\admin');
    preview = () => Promise.resolve(shown);
    send();
    await says('These 4 things would be changed.');
    assert.notInclude(text(), 'does not let');
  });

  it('shows the preview again where something has changed since', async () => {
    await open();
    await toPreview();
    run = () => Promise.reject(new LatchkeyError('domain.previewOutdated'));
    button('Apply')!.click();
    await says('so nothing was done');
    run = () => Promise.resolve({ changes });
    send();
    await says('These 4 things would be changed.');
    button('Apply')!.click();
    await says('Done: 4 changes.');
  });

  it('is cancelled while the domain is changed, and says what comes of it; Escape alone closes nothing then', async () => {
    await open();
    await toPreview();
    let token: Watching['token'];
    let fail = (_: unknown): void => {};
    run = (watching) => {
      token = watching.token;
      watching.onProgress?.({ fraction: 0.42 });
      return new Promise((_, reject) => (fail = reject));
    };
    button('Apply')!.click();
    await says('Applying… 42%');
    await until(() => deepActiveElement() === button('Cancel'));
    const escape = new Event('cancel', { cancelable: true });
    find('dialog')!.dispatchEvent(escape);
    assert.isTrue(escape.defaultPrevented);
    button('Cancel')!.click();
    await says('What was done by now is taken back.');
    assert.isTrue(token!.isCancellationRequested);
    assert.isTrue(button('Cancel')!.disabled);
    fail(new LatchkeyError('rpc.cancelled'));
    await says('What had been done by then was taken back.');
    button('Cancel')!.click();
    assert.isUndefined(await answered);
  });

  it('closes at Escape while nothing goes on, and forgets the password', async () => {
    await open();
    await toPreview();
    const escape = new Event('cancel', { cancelable: true });
    assert.isTrue(find('dialog')!.dispatchEvent(escape));
    find<HTMLDialogElement>('dialog')!.close();
    assert.isUndefined(await answered);
    assert.isNull(document.querySelector('lk-domain-dialog'));
    assert.isUndefined((dialog as unknown as { access: unknown }).access);
  });

  it('shows what is taken back before it is', async () => {
    await open({ action: 'undo', made: changes });
    fill(signedIn);
    send();
    await says('These 4 things are taken back.');
    const [first] = dialog.renderRoot.querySelectorAll('tbody tr');
    assert.match(first!.textContent!, /Link.*before: Latchkey Berlin.*removed/s);
    assert.equal(asked.length, 0);
    run = () => Promise.resolve({ changes: [...changes].reverse() });
    button('Undo')!.click();
    await says('Taken back: 4 changes.');
  });

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`is accessible in each of its states (${theme})`, async () => {
      showTheme(theme);
      const check = async (state: string): Promise<void> => {
        const { violations } = await axe.run(dialog as unknown as HTMLElement);
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${state}: ${id} ${nodes.map(({ html }) => html).join(' ')}`),
          [],
        );
      };
      await open();
      await check('credentials');
      preview = () => Promise.reject(new LatchkeyError('domain.certificateChanged', { server: 'dc1', fingerprint }));
      fill(signedIn);
      send();
      await says(fingerprint);
      await check('certificate');
      preview = () => Promise.resolve(shown);
      await toPreview();
      await check('preview');
      button('Apply')!.click();
      await says('Done');
      await check('done');
    });
  }

  it('speaks every language, without a key or an empty place', async () => {
    for (const language of languages) {
      await showLanguage(language);
      await open();
      fill(signedIn);
      const first = text();
      send();
      await until(() => find('.changes') !== null);
      for (const words of [first, text()]) assert.notMatch(words, /\bdomain\.|\{\w/, language);
      dialog.remove();
    }
  });
});
