import axe from 'axe-core';
import { assert } from 'chai';
import { Container } from 'inversify';
import { Subject } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { page, type PageInput } from '#protocol/declared-page.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { provideServices } from '#webview/base/services.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './declared-page.ts';
import type { DeclaredPage } from './declared-page.ts';

type Blocks = PageInput['blocks'];

describe('Forms, steps and outcomes of declared pages', () => {
  let element: DeclaredPage;
  const runs: unknown[][] = [];
  const rights = new Subject<void>();
  let off: string | undefined;
  const frame = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 30));
  const form = (): ShadowRoot => element.shadowRoot!.querySelector('lk-declared-form')!.shadowRoot!;
  const field = <E extends HTMLElement = HTMLInputElement>(id: string): E => form().querySelector<E>(`#${id}`)!;
  const button = (title: string): HTMLButtonElement =>
    [...form().querySelectorAll('button')].find((each) => each.textContent!.trim() === title)!;
  const type = (id: string, value: string): void => {
    field(id).value = value;
    field(id).dispatchEvent(new Event('input', { bubbles: true }));
  };

  before(async () => {
    showTheme('dark');
    await showLanguage('en');
    const container = new Container();
    container.bind(CommandService).toConstantValue({
      enablement: (id: string) =>
        id === 'test.off'
          ? { enabled: false, reason: 'Not now.' }
          : off
            ? { enabled: false, reason: off }
            : { enabled: true },
      run: async (...run: unknown[]) => {
        if (run[0] === 'test.fails') {
          const args = {
            url: 'https://registry.example.com',
            reason: 'ECONNREFUSED',
            file: 'x.tgz',
            folder: '/runtimes',
          };
          throw new LatchkeyError('installer.runtimeUnreachable', args);
        }
        runs.push(run.slice(0, 2));
      },
    } as unknown as CommandService);
    container.bind(DeviceReplica).toConstantValue({ get: () => undefined } as unknown as DeviceReplica);
    container.bind(PermissionService).toConstantValue({ changes$: rights } as unknown as PermissionService);
    provideServices(container);
  });
  beforeEach(() => {
    runs.length = 0;
    element = document.createElement('lk-declared-page') as DeclaredPage;
    document.body.append(element);
  });
  afterEach(() => element.remove());

  const show = async (blocks: Blocks): Promise<void> => {
    const data = page.parse({ id: 'p', title: 'Set up', blocks });
    element.input = { kind: 'extensionPage', id: 'p', title: 'p', data };
    await element.updateComplete;
    await frame();
  };
  const details = (value = '', submit = 'test.on'): Blocks => [
    {
      kind: 'form',
      fields: [
        { id: 'nickname', type: 'text', label: 'Nickname', value, required: true, maxLength: 64 },
        { id: 'group', type: 'select', label: 'Group', options: [{ value: 'b', label: 'Berlin' }] },
        { id: 'notify', type: 'checkbox', label: 'Tell me' },
        { id: 'color', type: 'color', label: 'Colour' },
        { id: 'logo', type: 'image', label: 'Logo', maximum: 1024 },
      ],
      submit: { title: 'Next', command: submit, arguments: { setUp: 'u' }, primary: true },
      actions: [{ title: 'Back', command: 'test.back' }],
    },
  ];

  it('A11: hands what was filled in to the command, beside its own arguments', async () => {
    await show(details());
    type('nickname', 'Reception');
    const group = field<HTMLSelectElement>('group');
    group.value = 'b';
    group.dispatchEvent(new Event('change'));
    field('notify').click();
    button('Next').click();
    await frame();
    assert.deepEqual(runs, [
      ['test.on', { setUp: 'u', nickname: 'Reception', group: 'b', notify: true, color: '', logo: '' }],
    ]);
  });

  it('hands over a list where several can be ticked, and says where one is missing', async () => {
    const options = [
      { value: 'b', label: 'Berlin' },
      { value: 'p', label: 'Paris' },
    ];
    await show([
      {
        kind: 'form',
        fields: [{ id: 'groups', type: 'multiSelect', label: 'Groups', options, required: true }],
        submit: { title: 'Save', command: 'test.on' },
      },
    ]);
    button('Save').click();
    await frame();
    assert.lengthOf(runs, 0);
    const [berlin, paris] = field('groups').querySelectorAll('input');
    assert.equal(form().activeElement, berlin);
    for (const each of [paris!, berlin!]) each.click();
    await frame();
    assert.deepEqual((await axe.run(element)).violations, []);
    button('Save').click();
    await frame();
    assert.deepEqual(runs, [['test.on', { groups: ['b', 'p'] }]]);
  });

  describe('fields that another one calls for', () => {
    const asked = (target: string, problems: Record<string, string> = {}): Blocks => [
      {
        kind: 'form',
        fields: [
          {
            id: 'target',
            type: 'select',
            label: 'Computers',
            value: target,
            options: ['group', 'list', 'all'].map((value) => ({ value, label: value })),
          },
          ...(['group', 'list'] as const).map((id) => ({
            id,
            type: 'text' as const,
            label: id,
            value: id === 'list' ? 'PC-1' : '',
            required: true,
            when: { field: 'target', values: [id] },
            ...(problems[id] !== undefined && { problem: problems[id] }),
          })),
          {
            id: 'count',
            type: 'text',
            label: 'How many',
            value: '7',
            when: { field: 'target', values: ['group', 'all'] },
          },
        ],
        submit: { title: 'Next', command: 'test.on' },
      },
    ];
    const shown = (): string[] => [...form().querySelectorAll('.field [id]:not([id$=note])')].map(({ id }) => id);
    const choose = async (value: string): Promise<void> => {
      field<HTMLSelectElement>('target').value = value;
      field('target').dispatchEvent(new Event('change'));
      await frame();
    };

    it('D2: come and go with what is chosen', async () => {
      await show(asked('group'));
      assert.deepEqual(shown(), ['target', 'group', 'count']);
      await choose('list');
      assert.deepEqual(shown(), ['target', 'list']);
      await choose('all');
      assert.deepEqual(shown(), ['target', 'count']);
    });

    it('that are not shown are neither required nor handed over', async () => {
      await show(asked('group'));
      button('Next').click();
      await frame();
      assert.lengthOf(runs, 0);
      await choose('all');
      button('Next').click();
      await frame();
      assert.deepEqual(runs, [['test.on', { target: 'all', count: '7' }]]);
    });

    it('keep what was typed while they are away, and what the hub said is wrong stands there again', async () => {
      await show(asked('list'));
      type('list', 'PC-1 PC-1');
      await choose('group');
      await choose('list');
      assert.equal(field('list').value, 'PC-1 PC-1');
      await show(asked('list', { list: 'PC-1 stands twice.' }));
      assert.equal(form().querySelector('#list-note')!.textContent.trim(), 'PC-1 stands twice.');
      assert.equal(field('list').getAttribute('aria-invalid'), 'true');
      assert.equal(field('list').value, 'PC-1 PC-1');
      await choose('all');
      assert.isNull(form().querySelector('#list-note'));
    });
  });

  it('brings what went wrong into sight, however far below the button is', async () => {
    await show([
      ...Array.from({ length: 60 }, (_, at) => ({ kind: 'text' as const, text: `${at}` })),
      ...details('x', 'test.fails'),
    ]);
    element.style.cssText = 'display: block; height: 300px; overflow: auto';
    const scrolled = (): number => element.scrollTop + (element.shadowRoot!.querySelector('.scroller')?.scrollTop ?? 0);
    button('Back').scrollIntoView();
    await frame();
    const group = field<HTMLSelectElement>('group');
    group.value = 'b';
    group.dispatchEvent(new Event('change'));
    const before = scrolled();
    button('Next').click();
    await frame();
    await frame();
    const alert = element.shadowRoot!.querySelector('[role=alert]')!;
    assert.include(alert.textContent, 'could not be fetched');
    const { top, bottom } = alert.getBoundingClientRect();
    assert.isAtLeast(top, -1, `scrolled from ${before} to ${scrolled()}`);
    assert.isAtMost(bottom, window.innerHeight + 1);
  });

  it('runs nothing while something required is missing, says so there, and has the focus on it', async () => {
    await show(details());
    button('Next').click();
    await frame();
    assert.lengthOf(runs, 0);
    assert.equal(field('nickname').getAttribute('aria-invalid'), 'true');
    assert.equal(field('group').getAttribute('aria-invalid'), 'true');
    assert.equal(form().activeElement, field('nickname'));
    type('nickname', 'x');
    await frame();
    assert.equal(field('nickname').getAttribute('aria-invalid'), 'false');
    await show(details());
    assert.equal(field('group').getAttribute('aria-invalid'), 'true', 'while the page is brought up to date too');
  });

  it('keeps what was typed when the page gets new content, and takes a value that is another than before', async () => {
    await show(details('first'));
    type('nickname', 'typed');
    await show(details('first'));
    assert.equal(field('nickname').value, 'typed');
    await show(details('second'));
    assert.equal(field('nickname').value, 'second');
  });

  it('A3 greys the button out at once when it is switched off while somebody fills in', async () => {
    await show(details('x'));
    type('nickname', 'Reception');
    off = 'Switched off for you.';
    rights.next();
    await frame();
    assert.equal(button('Next').title, off);
    assert.equal(field('nickname').value, 'Reception');
    off = undefined;
  });

  it('greys the button out with the reason; the others work without anything filled in', async () => {
    await show(details('x', 'test.off'));
    assert.equal(button('Next').getAttribute('aria-disabled'), 'true');
    assert.equal(button('Next').title, 'Not now.');
    button('Next').click();
    button('Back').click();
    await frame();
    assert.deepEqual(runs, [['test.back', {}]]);
  });

  it('takes a picture of the right kind and size alone', async () => {
    await show(details('x'));
    const choose = async (file: File): Promise<void> => {
      const files = new DataTransfer();
      files.items.add(file);
      field('logo').files = files.files;
      field('logo').dispatchEvent(new Event('change'));
      await frame();
    };
    const note = (): string => form().querySelector('#logo-note')!.textContent.trim();
    await choose(new File(['<svg/>'], 'a.svg', { type: 'image/svg+xml' }));
    assert.include(note(), 'no PNG');
    await choose(new File([new Uint8Array(2000)], 'a.png', { type: 'image/png' }));
    assert.include(note(), 'larger than 1 kB');
    await choose(new File([new Uint8Array(10)], 'a.png', { type: 'image/png' }));
    assert.equal(note(), '');
    button('Next').click();
    const group = field<HTMLSelectElement>('group');
    group.value = 'b';
    group.dispatchEvent(new Event('change'));
    button('Next').click();
    await frame();
    assert.match((runs[0]![1] as { logo: string }).logo, /^data:image\/png;base64,AAAA/);
  });

  it('has nothing that axe objects to: form, steps, something that goes on, outcomes, a QR code', async () => {
    await show([
      { kind: 'steps', steps: ['Permission', 'Nickname', 'Done'], current: 1 },
      { kind: 'busy', text: 'Access is being requested…' },
      { kind: 'outcome', outcome: 'success', title: 'Done', text: 'It is set up.' },
      { kind: 'outcome', outcome: 'failure', title: 'Not done' },
      { kind: 'qrCode', text: 'https://hub.example/unattended', label: 'QR code of the portal' },
      ...details('x'),
    ]);
    assert.equal(element.shadowRoot!.querySelector('[aria-current=step]')!.textContent.trim(), '2. Nickname');
    for (const theme of ['dark', 'light'] as const) {
      showTheme(theme);
      const { violations } = await axe.run(element);
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id} ${nodes[0]!.html}`),
        [],
      );
    }
  });
});
