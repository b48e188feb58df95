import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { berlin, bonn, groupsOf, nothing, textsOf } from '../../core/testing/extension-parts.ts';
import type { Installer, InstallerUse, Latchkey, Page } from '../../protocol/api/index.ts';
import { activate } from './extension.ts';
import type { GenerateArguments, GenerateResult } from './installer-commands.ts';

const made = Date.parse('2026-11-21T12:00:00Z');

interface World {
  readonly groups?: readonly (typeof berlin)[];
  readonly kind?: 'browser' | 'headless';
  readonly language?: 'en' | 'fr' | 'de';
  readonly picked?: string;
  readonly confirmed?: boolean;
  readonly ledger?: readonly InstallerUse[];
  /** The save fails with this. */
  readonly saveError?: Error;
}

/** The extension with an API that records and answers as the hub does; the processes between are crossed elsewhere. */
function harness({ groups = [berlin], kind = 'headless', language = 'en', ...world }: World = {}) {
  const installers: Installer[] = [];
  const asked: { title: string; items: readonly { id: string; label: string }[] }[] = [];
  const questions: string[] = [];
  const pages: Page[] = [];
  const said: string[] = [];
  const copied: string[] = [];
  const bodies = new Map<string, (args: never, context: object) => Promise<unknown>>();
  const showQuickPick = async (pick: (typeof asked)[number]) => (asked.push(pick), world.picked);
  const latchkey = {
    commands: {
      register: (command: string, body: (args: never, context: object) => Promise<unknown>) => (
        bodies.set(command, body),
        nothing
      ),
    },
    views: { registerTree: () => nothing, refresh() {} },
    devices: { onDidChange: () => nothing },
    groups: groupsOf(async () => groups, kind, showQuickPick),
    installers: {
      list: async () => installers,
      formats: async () => [
        { format: 'run', available: true },
        { format: 'exe', available: false, reason: 'installer.endpointMissing' },
        { format: 'msi', available: true, test: true },
      ],
      generate: async ({
        group,
        name = null,
        limit = 5000,
        expiresAt = null,
      }: Partial<Installer> & { group: string }) => {
        const installer: Installer = {
          id: 'aaaaaaaaaaaaaaa' + 'abcdefg'[installers.length],
          group,
          name,
          limit,
          used: 0,
          state: 'open',
          createdAt: made,
          createdBy: 'admin@example.com',
          expiresAt,
          revokedAt: null,
        };
        installers.push(installer);
        return { installer, token: 'lk1.token' };
      },
      prepare: async (id: string, format: string, { test = false } = {}) => ({
        format,
        test,
        fileName: `${id}${test ? '-test' : ''}.run`,
        size: 7,
        sha256: 'f'.repeat(64),
        path: '/',
      }),
      save: async (_: unknown, output?: string) => {
        if (world.saveError) throw world.saveError;
        return { path: output ?? null };
      },
      ledger: async () => world.ledger ?? [],
      revoke: async (id: string) => {
        const index = installers.findIndex((installer) => installer.id === id);
        return (installers[index] = { ...installers[index]!, state: 'revoked' as const });
      },
    },
    window: {
      showQuickPick,
      confirm: async ({ message }: { message: string }) => (questions.push(message), world.confirmed ?? true),
      showInformation: async (text: string, action: string) => (said.push(text), action),
      writeClipboard: async (text: string) => void copied.push(text),
      openPage: async (page: Page) => void pages.push(page),
      updatePage: async (page: Page) => (pages.push(page), true),
    },
    l10n: {
      ...textsOf(import.meta.dirname, language),
      onDidChange: () => nothing,
    },
    log: { warn() {} },
    environment: { kind },
    subscriptions: [] as { dispose(): void }[],
  };
  void activate(latchkey as unknown as Latchkey);
  const run = async (command: string, args: object): Promise<unknown> => {
    try {
      return await bodies.get(command)!(args as never, {});
    } finally {
      for (const subscription of latchkey.subscriptions) subscription.dispose();
    }
  };
  const generate = (args: GenerateArguments = {}) => run('installer.generate', args) as Promise<GenerateResult | null>;
  return { installers, asked, questions, pages, said, copied, run, generate };
}

describe('endpoint-installer', () => {
  it('I1: takes the only group there is without asking', async () => {
    const { generate, asked } = harness();
    assert.equal((await generate())?.group, berlin.id);
    assert.deepEqual(asked, []);
  });

  it('I1: asks which group where there are several, and makes nothing when the question is given up', async () => {
    const world = harness({ groups: [berlin, bonn], kind: 'browser', picked: bonn.id });
    assert.equal((await world.generate())?.group, bonn.id);
    assert.deepEqual(
      world.asked[0]?.items.map(({ label }) => label),
      ['Berlin', 'Bonn'],
    );
    const givenUp = harness({ groups: [berlin, bonn], kind: 'browser' });
    assert.equal(await givenUp.generate(), null);
    assert.deepEqual(givenUp.installers, []);
  });

  it('I1: where nobody can be asked it names the groups, and says so where there is none', async () => {
    const several = harness({ groups: [berlin, bonn] });
    await assert.rejects(several.generate(), /group\.several.*Berlin, Bonn/);
    await assert.rejects(harness({ groups: [] }).generate(), { code: 'group.none' });
    assert.deepEqual(several.installers, []);
  });

  it('I2 I4: answers {id, token, group, limit, used, expires, file, sha256} and nothing else', async () => {
    const { generate } = harness();
    assert.deepEqual(await generate({ limit: 3, expires: '2999-12-31T00:00:00Z', output: '/tmp/x.run' }), {
      id: 'aaaaaaaaaaaaaaaa',
      token: 'lk1.token',
      group: berlin.id,
      limit: 3,
      used: 0,
      expires: '2999-12-31T00:00:00.000Z',
      file: '/tmp/x.run',
      sha256: 'f'.repeat(64),
    });
  });

  it('I2: takes a limit from 1 to 5,000, as the manifest says', () => {
    const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
    const generate = manifest.contributes.commands.find(
      ({ command }: { command: string }) => command === 'installer.generate',
    );
    const { type, minimum, maximum } = generate.arguments.properties.limit;
    assert.deepEqual({ type, minimum, maximum }, { type: 'integer', minimum: 1, maximum: 5000 });
  });

  it('I3: makes no installer for a format that cannot be had, or a file whose name says none', async () => {
    const { generate, installers } = harness();
    await assert.rejects(generate({ format: 'exe' }), /cannot make installers of the kind Windows \(EXE\)/);
    await assert.rejects(generate({ output: '/tmp/x.zip' }), /x\.zip says no format.*exe, msi, pkg, deb, run/);
    assert.deepEqual(installers, []);
  });

  it('revokes an installer whose file could not be written, and tells why', async () => {
    const { generate, installers } = harness({ saveError: new Error('the disk is full') });
    await assert.rejects(generate({ output: '/tmp/x.run' }), /the disk is full/);
    assert.deepEqual(
      installers.map(({ state }) => state),
      ['revoked'],
    );
  });

  it('shows a page with slots said once, all formats, and the ledger (I3, I5)', async () => {
    const use = {
      at: made,
      device: 'dddddddddddddddd',
      hostName: 'PC-4',
      address: '192.0.2.7',
      outcome: 'joined' as const,
    };
    const { generate, pages } = harness({ kind: 'browser', ledger: [use] });
    await generate();
    const [page] = pages;
    const progress = page?.blocks.find(({ kind }) => kind === 'progress');
    assert.deepEqual(progress, { kind: 'progress', label: 'Slots taken', value: 0, maximum: 5000 });
    const table = page?.blocks.find((block) => block.kind === 'table');
    assert.ok(table?.kind === 'table');
    assert.deepEqual(table.rows[0]?.cells.slice(1), ['PC-4', '192.0.2.7', 'Joined']);
    assert.equal(table.rows[0]?.device, use.device);
    const downloads = page?.blocks.find((block) => block.kind === 'actions');
    assert.ok(downloads?.kind === 'actions');
    assert.equal(downloads.actions[0]?.disabled, undefined);
    assert.match(downloads.actions[1]?.disabled ?? '', /has no built endpoint/);
  });

  it('I3: tells a browser’s person what a downloaded file is known by, in a notification and on its page', async () => {
    const { generate, run, pages, said, copied } = harness({ kind: 'browser' });
    const installer = (await generate())!.id;
    await run('installer.download', { installer, format: 'run' });
    await run('installer.download', { installer, format: 'run' });
    assert.match(said[0]!, new RegExp(`${installer}\\.run \\(7 byte\\).*SHA-256: f{64}`, 's'));
    assert.equal(copied[0], 'f'.repeat(64));
    const facts = pages.at(-1)!.blocks.filter(({ kind }) => kind === 'facts')[1];
    assert.deepEqual(facts?.kind === 'facts' && facts.rows, [
      { label: `${installer}.run, 7 byte`, value: 'f'.repeat(64), copy: true },
    ]);
    const headless = harness();
    await headless.run('installer.download', { installer: (await headless.generate())!.id, format: 'run' });
    assert.deepEqual(headless.said, []);
  });

  it('D4: offers the package that a roll-out is tried with behind the real one, and where there is none says so', async () => {
    const { generate, run, pages } = harness({ kind: 'browser' });
    const installer = (await generate())!.id;
    const downloads = pages[0]?.blocks.find((block) => block.kind === 'actions');
    assert.ok(downloads?.kind === 'actions');
    assert.deepEqual(
      downloads.actions.map(({ arguments: given }) => [given?.['format'], given?.['test']]),
      [
        ['run', undefined],
        ['exe', undefined],
        ['msi', undefined],
        ['msi', true],
      ],
    );
    await run('installer.download', { installer, format: 'msi' });
    const file = (await run('installer.download', { installer, format: 'msi', test: true })) as { test: boolean };
    assert.equal(file.test, true);
    const facts = pages.at(-1)!.blocks.filter(({ kind }) => kind === 'facts')[1];
    assert.deepEqual(facts?.kind === 'facts' && facts.rows.map(({ label }) => label), [
      `${installer}.run, 7 byte`,
      `${installer}-test.run, 7 byte`,
    ]);
    await assert.rejects(run('installer.download', { installer, format: 'run', test: true }), /no test package/);
  });

  it('calls one without a name by its group and day, in the reader’s language', async () => {
    for (const [language, title] of [
      ['en', 'Berlin, Nov 21, 2026'],
      ['fr', 'Berlin, 21 nov. 2026'],
      ['de', 'Berlin, 21.11.2026'],
    ] as const) {
      const { generate, pages } = harness({ kind: 'browser', language });
      await generate();
      assert.equal(pages[0]?.title, title);
    }
    const named = harness({ kind: 'browser' });
    await named.generate({ name: ' Roll-out ' });
    assert.equal(named.pages[0]?.title, 'Roll-out');
  });

  it('revokes after a question that names the installer, and not without a yes', async () => {
    const no = harness({ confirmed: false });
    const installer = (await no.generate())!.id;
    assert.equal(await no.run('installer.revoke', { installer }), null);
    assert.equal(no.installers[0]?.state, 'open');
    assert.match(no.questions[0] ?? '', /Revoke Berlin, Nov 21, 2026\?/);
    const yes = harness();
    const { id } = (await yes.generate())!;
    assert.deepEqual(await yes.run('installer.revoke', { installer: id }), { id, state: 'revoked' });
    await assert.rejects(yes.run('installer.revoke', { installer: 'zzzzzzzzzzzzzzzz' }), /no installer zzzz/);
  });
});
