import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { berlin, bonn, groupsOf, nothing, textsOf } from '../../core/testing/extension-parts.ts';
import type {
  Latchkey,
  Page,
  RollOut,
  RollOutChanges,
  RollOutProgress,
  TreeNodeInput,
} from '../../protocol/api/index.ts';
import { activate } from './extension.ts';

const begunAt = Date.UTC(2026, 10, 21, 12);
const whole = { domain: 'ad.example.com', share: '\\\\srv\\software' };
const people = { kind: 'group', group: 'PCs', expected: null } as const;

type Block = Page['blocks'][number];
type Of<K extends Block['kind']> = Extract<Block, { kind: K }>;
const blockOf = <K extends Block['kind']>(page: Page, kind: K): Of<K> => {
  const found = page.blocks.find((block): block is Of<K> => block.kind === kind);
  assert.ok(found, `no ${kind} on the page`);
  return found;
};
const stepOf = (page: Page): number => blockOf(page, 'steps').current;
const problemOf = (page: Page, field: string): string | undefined =>
  blockOf(page, 'form').fields.find(({ id }) => id === field)?.problem;

/** An error as the hub's arrive. */
const hubError = (code: string, args = {}): Error => Object.assign(new Error(code), { code, args });

interface World {
  readonly groups?: readonly (typeof berlin)[];
  readonly kind?: 'browser' | 'headless';
  readonly language?: 'en' | 'fr' | 'de';
  readonly picked?: string;
  readonly confirmed?: boolean;
  readonly progress?: Partial<RollOutProgress>;
  /** Calls of the hub that fail, by their names. */
  readonly fail?: Readonly<Record<string, Error>>;
  /** What a question for the groups waits for, asked at each. */
  readonly wait?: () => Promise<void>;
}

/** The extension with an API that records and keeps roll-outs as the hub does; the processes between are crossed elsewhere. */
function harness({ groups = [berlin], kind = 'browser', language = 'en', ...world }: World = {}) {
  const rollOuts: RollOut[] = [];
  const pages: Page[] = [];
  const closed: string[] = [];
  const asked: { title: string; items: readonly { id: string; label: string; detail?: string }[] }[] = [];
  const questions: { message: string; detail?: string; destructive?: boolean; typed?: { text: string } }[] = [];
  const calls: unknown[][] = [];
  const listeners: ((id: string | null) => void)[] = [];
  const bodies = new Map<string, (args: object, context: object) => Promise<unknown>>();
  const open = new Set<string>();
  const subscriptions: { dispose(): void }[] = [];
  let tree: { children(node: null): Promise<TreeNodeInput[]> };
  const checked = (call: string, ...args: unknown[]): void => {
    calls.push([call, ...args]);
    const error = world.fail?.[call];
    if (error) throw error;
  };
  const found = (id: string): RollOut => {
    const index = rollOuts.findIndex((each) => each.id === id);
    if (index < 0) throw hubError('rollOut.notFound');
    return rollOuts[index]!;
  };
  const changed = (before: RollOut, { deployment, ...changes }: RollOutChanges): RollOut => {
    const { target = before.target } = changes;
    const all = {
      ...before,
      ...changes,
      deployment: { ...before.deployment, ...(deployment as RollOut['deployment']) },
    };
    const expected = target === null ? null : target.kind === 'computers' ? target.computers.length : target.expected;
    const installer = target && all.domain && all.share ? 'iiiiiiiiiiiiiiii' : null;
    return { ...all, target, expected, installer, limit: changes.limit ?? expected ?? 5000 } as RollOut;
  };
  const showQuickPick = async (pick: (typeof asked)[number]) => (asked.push(pick), world.picked);
  const latchkey = {
    commands: { register: (id: string, body: never) => (bodies.set(id, body), nothing) },
    views: { registerTree: (_: string, provider: typeof tree) => ((tree = provider), nothing), refresh() {} },
    groups: groupsOf(async () => (await world.wait?.(), groups), kind, showQuickPick),
    rollOuts: {
      list: async () => rollOuts,
      get: async (id: string) => found(id),
      create: async (group: string, changes: RollOutChanges) => {
        checked('create', group, changes);
        const empty = {
          ...{ id: `${'r'.repeat(15)}${'abcdefg'[rollOuts.length]}`, group, name: 'Latchkey Berlin', target: null },
          ...{ domain: null, share: null, limit: 5000, linkTo: null, userSettingsDisabled: true, step: 'computers' },
          deployment: { uninstallOutOfScope: false, hideInPrograms: false, ignoreLanguage: false },
          ...{ installer: null, createdAt: begunAt + rollOuts.length, createdBy: 'admin@example.com' },
          ...{ changedAt: begunAt, downloadedAt: null, applied: null, inDomain: false, expected: null, joined: 0 },
          strangers: 0,
        } as unknown as RollOut;
        rollOuts.unshift(changed(empty, changes));
        return rollOuts[0];
      },
      update: async (id: string, changes: RollOutChanges) => {
        checked('update', id, changes);
        const index = rollOuts.indexOf(found(id));
        return (rollOuts[index] = changed(rollOuts[index]!, changes));
      },
      delete: async (id: string, { forgetDomain = false } = {}) => {
        checked('delete', id, ...(forgetDomain ? ['forgetDomain'] : []));
        if (found(id).inDomain && !forgetDomain) throw hubError('rollOut.applied');
        rollOuts.splice(rollOuts.indexOf(found(id)), 1);
      },
      made: async (id: string) => {
        checked('made', id);
        const change = (kind: string, target: string) => ({ kind, target, before: null, after: '' });
        const files = Array.from({ length: 9 }, (_, index) => change('file', `\\\\srv\\software\\${index}.msi`));
        return [...files, change('filter', 'P'), change('link', 'DC=ad,DC=example,DC=com')];
      },
      progress: async (id: string) => {
        checked('progress', id);
        const counts = { expected: 3, joined: 1, waiting: 1, failed: 1, present: 0, missing: 1 };
        const installer = { state: 'open', limit: 3, used: 1 };
        return { rollOut: found(id), installer, counts, computers: [], timeline: [], ...world.progress };
      },
      prepare: async (id: string) => {
        checked('prepare', id);
        const files = [{ path: 'guide.html', size: 2048, sha256: 'f'.repeat(64) }];
        return { rollOut: id, fileName: 'latchkey-roll-out.zip', size: 36_700_160, path: '/', files };
      },
      save: async (_: unknown, output?: string) => {
        checked('save', output);
        return { path: output ?? null };
      },
      apply: async (id: string, options: object) => {
        const { token: _t, progress: _p, ...access } = options as Record<string, unknown>;
        checked('apply', id, access);
        return [{ kind: 'policy', target: 'P', before: null, after: 'P' }];
      },
      undo: async (id: string) => {
        checked('undo', id);
        return undefined;
      },
      onDidChange: (listener: (typeof listeners)[number]) => (listeners.push(listener), nothing),
    },
    window: {
      openPage: async (page: Page) => void (pages.push(page), open.add(page.id)),
      updatePage: async (page: Page) => (open.has(page.id) ? (pages.push(page), true) : false),
      closePage: async (id: string) => void (closed.push(id), open.delete(id)),
      showQuickPick,
      confirm: async (question: (typeof questions)[number]) => (questions.push(question), world.confirmed ?? true),
    },
    l10n: {
      ...textsOf(import.meta.dirname, language),
      describeProblem: async ({ code }: { code: string }) => `why ${code}`,
      onDidChange: () => nothing,
    },
    log: { warn: (message: string) => assert.fail(message) },
    environment: { kind },
    subscriptions,
  };
  void activate(latchkey as unknown as Latchkey);
  const context = { token: {}, progress() {} };
  const run = async (command: string, args: object = {}): Promise<unknown> => bodies.get(command)!(args, context);
  const called = (name: string): unknown[][] => calls.filter(([call]) => call === name).map(([, ...args]) => args);
  return {
    ...{ rollOuts, pages, closed, asked, questions, open, run, called },
    page: () => pages.at(-1)!,
    change: (id: string | null) => listeners.forEach((listener) => listener(id)),
    children: () => tree.children(null),
    end: () => subscriptions.forEach((each) => each.dispose()),
  };
}

describe('gpo (D1 to D12)', () => {
  describe('in a browser', () => {
    it('D1: leads from the first question to the files, a step at a time, and keeps each answer', async () => {
      const { run, page, rollOuts, closed } = harness();
      await run('gpo.createRollout');
      assert.deepEqual([page().id, stepOf(page())], ['roll-out:new', 0]);
      assert.equal(blockOf(page(), 'form').fields[0]?.value, berlin.id, 'the only group there is');
      await run('gpo.answer', {
        step: 'computers',
        group: berlin.id,
        target: 'computers',
        computers: 'PC-1\nPC-2, PC-3',
      });
      const { id } = rollOuts[0]!;
      assert.deepEqual([page().id, stepOf(page()), closed], [`roll-out:${id}`, 1, ['roll-out:new']]);
      assert.deepEqual(rollOuts[0]!.target, {
        kind: 'computers',
        group: 'Latchkey Berlin',
        computers: ['PC-1', 'PC-2', 'PC-3'],
      });
      await run('gpo.answer', { rollOut: id, step: 'domain', ...whole, linkTo: ' ' });
      assert.deepEqual([stepOf(page()), rollOuts[0]!.linkTo], [2, null]);
      await run('gpo.answer', { rollOut: id, step: 'options', name: 'Our PCs', hideInPrograms: true });
      assert.equal(stepOf(page()), 3);
      const { name, deployment, domain, step } = rollOuts[0]!;
      assert.deepEqual([name, deployment.hideInPrograms, domain, step], ['Our PCs', true, whole.domain, 'files']);
    });

    it('remembers where it is: opened again it is there, and looking back changes nothing', async () => {
      const { run, page, rollOuts, called } = harness();
      const made = (await run('gpo.createRollout', { target: 'group', targetGroup: 'PCs' })) as { id: string };
      await run('gpo.answer', { rollOut: made.id, step: 'domain', ...whole });
      const before = called('update').length;
      await run('gpo.goTo', { rollOut: made.id, step: 'computers' });
      assert.deepEqual([stepOf(page()), called('update').length], [0, before]);
      await run('gpo.open', { rollOut: made.id });
      assert.equal(stepOf(page()), 2);
      await run('gpo.answer', { rollOut: made.id, step: 'options' });
      await run('gpo.goTo', { rollOut: made.id, step: 'progress' });
      assert.equal(rollOuts[0]!.step, 'progress');
      await run('gpo.open', { rollOut: made.id });
      assert.equal(stepOf(page()), 4);
    });

    it('weekly: the next one takes domain, folder and options from the last, and leads to the files', async () => {
      const { run, page, rollOuts } = harness({ groups: [berlin, bonn] });
      const options = { userSettingsDisabled: false, ignoreLanguage: true, linkTo: 'OU=PCs,DC=ad,DC=example,DC=com' };
      await run('gpo.createRollout', { group: bonn.id, target: 'all', expected: 12, ...whole, ...options });
      await run('gpo.createRollout');
      assert.match(blockOf({ ...page(), blocks: page().blocks.slice(2) }, 'text').text, /taken from “Latchkey Berlin”/);
      assert.equal(blockOf(page(), 'form').fields[0]?.value, bonn.id);
      await run('gpo.answer', { step: 'computers', group: bonn.id, target: 'group', targetGroup: 'PCs' });
      assert.equal(stepOf(page()), 3);
      const { domain, share, linkTo, userSettingsDisabled, deployment, target, limit } = rollOuts[0]!;
      assert.deepEqual(
        [domain, share, linkTo, target, limit],
        [whole.domain, whole.share, options.linkTo, people, 5000],
      );
      assert.deepEqual([userSettingsDisabled, deployment.ignoreLanguage], [false, true]);
    });

    for (const [code, args, field] of [
      ['rollOut.tooFewSlots', { target: 'computers', computers: 'A\nB', limit: '1' }, 'limit'],
      ['rollOut.computerTwice', { target: 'computers', computers: 'A\nA' }, 'computers'],
      ['rollOut.groupInvalid', { target: 'computers', computers: 'A', computersGroup: 'a/b' }, 'computersGroup'],
      ['rollOut.groupInvalid', { target: 'group', targetGroup: 'AD\\PCs' }, 'targetGroup'],
    ] as const) {
      it(`D5: ${code} stands at the field “${field}” before anything is made`, async () => {
        const { run, page, rollOuts } = harness({ fail: { create: hubError(code) } });
        await run('gpo.createRollout');
        await run('gpo.answer', { step: 'computers', group: berlin.id, ...args });
        assert.deepEqual([page().id, problemOf(page(), field), rollOuts], ['roll-out:new', `why ${code}`, []]);
      });
    }

    for (const [code, args, field] of [
      ['rollOut.shareNotUnc', { ...whole, share: 'C:\\Software' }, 'share'],
      ['rollOut.domainInvalid', { ...whole, domain: 'example' }, 'domain'],
      ['rollOut.linkInvalid', { ...whole, linkTo: 'CN=Computers' }, 'linkTo'],
    ] as const) {
      it(`D3: ${code} stands at the field “${field}”, and the step stays`, async () => {
        const { run, page } = harness({ fail: { update: hubError(code) } });
        const { id } = (await run('gpo.createRollout', { target: 'all' })) as { id: string };
        await run('gpo.answer', { rollOut: id, step: 'domain', ...args });
        assert.deepEqual([stepOf(page()), problemOf(page(), field)], [1, `why ${code}`]);
      });
    }

    it('takes numbers as people write them, and says at the field where one is none', async () => {
      const { run, page, rollOuts } = harness();
      const answer = { step: 'computers', group: berlin.id, target: 'all' };
      await run('gpo.createRollout');
      for (const text of ['many', '0', '-3']) {
        await run('gpo.answer', { ...answer, expected: text });
        assert.match(problemOf(page(), 'expected')!, /no number of computers/);
      }
      await run('gpo.answer', { ...answer, expected: '1.200', limit: '4 000' });
      assert.deepEqual([rollOuts[0]!.expected, rollOuts[0]!.limit], [1200, 4000]);
    });

    it('an error that is of no field is not swallowed', async () => {
      const { run } = harness({ fail: { create: hubError('permission.switchedOff') } });
      await run('gpo.createRollout');
      const answer = run('gpo.answer', { step: 'computers', group: berlin.id, target: 'all' });
      await assert.rejects(answer, { code: 'permission.switchedOff' });
    });

    it('D8: downloads, and then shows what is in the ZIP with its sums', async () => {
      const { run, page, called } = harness();
      const { id } = (await run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
      await run('gpo.download', { rollOut: id });
      assert.deepEqual(called('save'), [[undefined]]);
      const [row] = blockOf(page(), 'table').rows;
      assert.deepEqual(row?.cells, ['guide.html', '2 kB', 'f'.repeat(64)]);
    });

    it('a runtime that cannot be had is the error of the command, and nothing is said to have been made', async () => {
      const error = hubError('installer.runtimeUnreachable', { url: 'https://registry.example.com' });
      const { run, page, called } = harness({ fail: { prepare: error } });
      const { id } = (await run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
      await assert.rejects(run('gpo.download', { rollOut: id }), error);
      assert.deepEqual([called('save'), page().blocks.some(({ kind }) => kind === 'table')], [[], false]);
    });

    it('D11: those that need a look have a reason, those that are expected are counted, the slots left too', async () => {
      const problem = { code: 'enrolment.tokenRevoked', args: {} };
      const seen = { address: '10.0.0.7', at: begunAt, device: null, expected: true, problem: null };
      const computers: RollOutProgress['computers'] = [
        { ...seen, name: 'PC-1', state: 'refused', problem },
        { ...seen, name: 'PC-2', state: 'missing', at: null, address: null },
        { ...seen, name: 'PC-9', state: 'joined', expected: false, device: 'dddddddddddddddd' },
      ];
      const timeline = [{ at: begunAt, joined: 1 }];
      const { run, page } = harness({ progress: { computers, timeline } });
      const { id } = (await run('gpo.createRollout', { target: 'all', expected: 3, ...whole })) as { id: string };
      await run('gpo.goTo', { rollOut: id, step: 'progress' });
      const rows = blockOf(page(), 'table').rows;
      assert.deepEqual(
        rows.map(({ cells: [name, state, , , look], device }) => [name, state, look, device]),
        [
          ['PC-1', 'Turned away', 'why enrolment.tokenRevoked', undefined],
          ['PC-2', 'Missing', 'Not restarted since, or see below', undefined],
          ['PC-9', 'Joined', 'Not on the list', 'dddddddddddddddd'],
        ],
      );
      assert.deepEqual(
        blockOf(page(), 'facts').rows.map(({ label, value }) => `${label}: ${value}`),
        ['Not heard of yet: 1', 'Turned away: 1', 'Waiting for approval: 1', 'Slots left: 2'],
      );
      const { series, limit } = blockOf(page(), 'chart');
      assert.deepEqual([series[0]?.points, limit?.value], [[{ at: begunAt, value: 1 }], 3]);
    });

    it('D11: a stranger who joins does not make the roll-out look complete, on its page, in the tree or where it is picked', async () => {
      const counts = { expected: 2, joined: 2, waiting: 0, failed: 0, present: 0, missing: 1 };
      const { run, page, rollOuts, children, asked } = harness({ progress: { counts } });
      const one = { ...whole, computers: ['PC-1', 'PC-2'] };
      const { id } = (await run('gpo.createRollout', one)) as { id: string };
      await run('gpo.createRollout', one);
      const come = async (joined: number, strangers: number): Promise<void> => {
        rollOuts[1] = { ...rollOuts[1]!, joined, strangers };
        await run('gpo.goTo', { rollOut: id, step: 'progress' });
      };
      await come(1, 1);
      assert.ok(page().blocks.every(({ kind }) => kind !== 'outcome'));
      const { value, maximum } = blockOf(page(), 'progress');
      assert.deepEqual([value, maximum], [1, 2]);
      const facts = blockOf(page(), 'facts').rows.map(({ label, value: text }) => `${label}: ${text}`);
      assert.ok(facts.includes('Not on the list: 1'), facts.join());
      const node = (await children())[1]!;
      assert.deepEqual([node.description, node.icon], ['1 of 2', 'rocket']);
      assert.match(node.tooltip ?? '', /not on the list/);
      await run('gpo.open');
      assert.match(asked[0]!.items[1]!.detail ?? '', /joined: 1 of 2 · .*not on the list/);
      await come(2, 0);
      assert.equal(blockOf(page(), 'outcome').title, 'All of them have joined');
      const done = (await children())[1]!;
      assert.deepEqual([done.description, done.icon], ['2 of 2', 'pass']);
      assert.doesNotMatch(done.tooltip ?? '', /not on the list/);
    });

    it('whoever goes on while the page is being brought up to date is not led back, and what was wrong stays said', async () => {
      let wait = Promise.resolve();
      const { run, page, rollOuts } = harness({ wait: () => wait });
      await run('gpo.createRollout');
      await run('gpo.answer', { step: 'computers', group: berlin.id, target: 'all' });
      const { id } = rollOuts[0]!;
      const slow = Promise.withResolvers<void>();
      wait = slow.promise;
      const refreshing = run('gpo.refresh');
      await new Promise((resolve) => setImmediate(resolve));
      wait = Promise.resolve();
      await run('gpo.answer', { rollOut: id, step: 'domain', ...whole });
      slow.resolve();
      await refreshing;
      assert.equal(stepOf(page()), 2);

      await run('gpo.goTo', { rollOut: id, step: 'computers' });
      await run('gpo.answer', { rollOut: id, step: 'computers', target: 'all', limit: 'many' });
      await run('gpo.refresh');
      assert.ok(problemOf(page(), 'limit'));
    });

    it('a page that was closed is not asked for any more; one whose roll-out is deleted elsewhere is closed', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const { run, open, called, change, rollOuts, closed, end } = harness();
      const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const changed = async (id: string | null): Promise<void> => {
        change(id);
        change(id);
        t.mock.timers.tick(1000);
        for (let turn = 0; turn < 20; turn++) await settled();
      };
      const { id } = (await run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
      await run('gpo.goTo', { rollOut: id, step: 'progress' });
      const before = called('progress').length;
      await changed(id);
      assert.equal(called('progress').length, before + 1, 'what changes within a second is asked for once');
      open.clear();
      await changed(id);
      const whenClosed = called('progress').length;
      await changed(id);
      assert.equal(called('progress').length, whenClosed);
      await run('gpo.open', { rollOut: id });
      rollOuts.length = 0;
      await changed(null);
      assert.deepEqual(closed.at(-1), `roll-out:${id}`);
      end();
    });

    it('asks which where several are there, with their domain and when they were begun; giving up does nothing', async () => {
      const { run, asked, pages } = harness();
      for (const name of ['One', 'Two']) await run('gpo.createRollout', { name, target: 'all', ...whole });
      const before = pages.length;
      assert.equal(await run('gpo.open'), null);
      assert.deepEqual(
        asked[0]?.items.map(({ label }) => label),
        ['Two', 'One'],
      );
      for (const command of ['gpo.download', 'gpo.apply', 'gpo.undo', 'gpo.delete', 'gpo.status'])
        assert.equal(await run(command), null, command);
      assert.equal(pages.length, before);
    });

    it('D9: what is in the domain is forgotten only by whoever types the domain’s name, and knows what stays there', async () => {
      const { run, rollOuts, questions, called } = harness();
      await run('gpo.createRollout', { group: berlin.id, ...whole, target: 'all' });
      const { id } = (rollOuts[0] = { ...rollOuts[0]!, inDomain: true });
      await run('gpo.delete', { rollOut: id });
      const { detail = '', typed, destructive } = questions[0]!;
      assert.deepEqual([typed?.text, destructive], ['ad.example.com', true]);
      assert.match(detail, /• \\\\srv\\software\\0\.msi\n/);
      assert.doesNotMatch(detail, /• P\n|8\.msi/);
      assert.deepEqual(called('delete'), [[id, 'forgetDomain']]);
    });

    it('D9: who may not undo it is told so by the hub, and asked nothing', async () => {
      const { run, rollOuts, questions } = harness({ fail: { made: hubError('permission.administratorOnly') } });
      await run('gpo.createRollout', { group: berlin.id, ...whole, target: 'all' });
      const { id } = (rollOuts[0] = { ...rollOuts[0]!, inDomain: true });
      await assert.rejects(run('gpo.delete', { rollOut: id }), { code: 'rollOut.applied' });
      assert.deepEqual([questions.length, rollOuts.length], [0, 1]);
    });

    it('D9: what was interrupted can be undone, though nothing says by whom it was applied', async () => {
      const { run, rollOuts, page, children } = harness();
      await run('gpo.createRollout', { group: berlin.id, ...whole, target: 'all' });
      const { id } = (rollOuts[0] = { ...rollOuts[0]!, inDomain: true });
      await run('gpo.open', { rollOut: id });
      const actions = page().blocks.flatMap((block) => (block.kind === 'actions' ? block.actions : []));
      const undo = actions.find(({ command }) => command === 'gpo.undo');
      assert.match(undo?.description ?? '', /was interrupted/);
      assert.equal((await children())[0]?.contextValue, 'rollOut.inDomain');
    });

    it('deletes only what was confirmed by its name, and closes its page', async () => {
      const refused = harness({ confirmed: false });
      const { id } = (await refused.run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
      assert.equal(await refused.run('gpo.delete', { rollOut: id }), null);
      assert.equal(refused.rollOuts.length, 1);
      assert.match(refused.questions[0]!.message, /“Latchkey Berlin”/);
      assert.equal(refused.questions[0]!.destructive, true);
      const { run, rollOuts, closed } = harness();
      await run('gpo.createRollout', { target: 'all', ...whole });
      assert.deepEqual(await run('gpo.delete', { rollOut: 'Latchkey Berlin' }), { id });
      assert.deepEqual([rollOuts, closed], [[], [`roll-out:${id}`]]);
    });

    it('applies with what was said of the domain; what it cannot begin with it says before a password is asked for', async () => {
      const access = { domainController: 'dc1.ad.example.com', account: 'AD\\admin' };
      const { run, called } = harness();
      const { id } = (await run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
      const done = (await run('gpo.apply', { rollOut: id, ...access })) as { changes: unknown[] };
      assert.deepEqual([called('apply'), done.changes.length], [[[id, access]], 1]);
      assert.equal(await run('gpo.undo', { rollOut: id }), null, 'the person thought better of it');
      const off = harness({ fail: { update: hubError('permission.switchedOff') } });
      const other = (await off.run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
      await assert.rejects(off.run('gpo.apply', { rollOut: other.id }), { code: 'permission.switchedOff' });
      assert.deepEqual(off.called('apply'), []);
    });

    it('lists them with how far they are, and what can be done with each', async () => {
      const { run, children, rollOuts } = harness();
      assert.deepEqual(await children(), [], 'so that the welcome text shows');
      await run('gpo.createRollout', { name: 'Begun', target: 'all' });
      const { id } = (await run('gpo.createRollout', { name: 'All', target: 'all', expected: 2, ...whole })) as {
        id: string;
      };
      rollOuts[0] = { ...rollOuts[0]!, joined: 2 };
      assert.deepEqual(
        (await children()).map(({ label, description, icon, contextValue }) => [
          label,
          description,
          icon,
          contextValue,
        ]),
        [
          ['All', '2 of 2', 'pass', 'rollOut.complete'],
          ['Begun', 'being prepared', 'rocket', 'rollOut.begun'],
        ],
      );
      assert.deepEqual((await children())[0]?.command, { command: 'gpo.open', arguments: { rollOut: id } });
    });

    for (const language of ['fr', 'de'] as const) {
      it(`has a text for everything on its pages (${language})`, async () => {
        const { run, pages } = harness({ language });
        const { id } = (await run('gpo.createRollout', { target: 'all', ...whole })) as { id: string };
        for (const step of ['computers', 'domain', 'options', 'files', 'progress'])
          await run('gpo.goTo', { rollOut: id, step });
        await run('gpo.createRollout');
        assert.equal(pages.length, 7);
      });
    }
  });

  describe('headless', () => {
    const headless = (world: World = {}) => harness({ kind: 'headless', ...world });
    const asked = { target: 'group', targetGroup: 'PCs', ...whole };

    it('D9: a program that deletes what is in the domain has to say so itself', async () => {
      const { run, rollOuts, called } = harness({ kind: 'headless' });
      await run('gpo.createRollout', { group: berlin.id, ...whole, target: 'all' });
      const { id } = (rollOuts[0] = { ...rollOuts[0]!, inDomain: true });
      await assert.rejects(run('gpo.delete', { rollOut: id }), { code: 'rollOut.applied' });
      await run('gpo.delete', { rollOut: id, forgetDomain: true });
      assert.deepEqual(called('delete').at(-1), [id, 'forgetDomain']);
    });

    it('D1: makes one from arguments alone, saves it, and answers what a program needs', async () => {
      const { run, pages, called } = headless();
      assert.deepEqual(await run('gpo.createRollout', { ...asked, limit: 12, output: '/tmp/x.zip' }), {
        id: 'rrrrrrrrrrrrrrra',
        installer: 'iiiiiiiiiiiiiiii',
        name: 'Latchkey Berlin',
        group: berlin.id,
        domain: whole.domain,
        share: whole.share,
        limit: 12,
        joined: 0,
        strangers: 0,
        expected: null,
        step: 'files',
        file: '/tmp/x.zip',
      });
      assert.deepEqual(called('save'), [['/tmp/x.zip']]);
      assert.deepEqual(pages, []);
    });

    it('leaves no installer open whose files could not be written, and says why', async () => {
      const { run, rollOuts } = headless({ fail: { save: new Error('the disk is full') } });
      await assert.rejects(run('gpo.createRollout', { ...asked, output: '/full/x.zip' }), /the disk is full/);
      assert.deepEqual(rollOuts, []);
    });

    it('I1: names the groups where there are several, and says so where there is none', async () => {
      await assert.rejects(headless({ groups: [berlin, bonn] }).run('gpo.createRollout', asked), /Berlin, Bonn/);
      await assert.rejects(headless({ groups: [] }).run('gpo.createRollout', asked), { code: 'group.none' });
    });

    it('finds a roll-out by its identifier or name, takes the only one, and names them where it cannot tell', async () => {
      const { run } = headless();
      await assert.rejects(run('gpo.status'), /There is no roll-out yet/);
      const { id } = (await run('gpo.createRollout', { ...asked, name: 'One' })) as { id: string };
      for (const args of [{}, { rollOut: id }, { rollOut: 'One' }])
        assert.equal(((await run('gpo.open', args)) as { id: string }).id, id);
      await assert.rejects(run('gpo.open', { rollOut: 'Nobody' }), /There is no roll-out “Nobody”/);
      await assert.rejects(run('gpo.open', { rollOut: 'zzzzzzzzzzzzzzzz' }), { code: 'rollOut.notFound' });
      await run('gpo.createRollout', { ...asked, name: 'One' });
      await assert.rejects(run('gpo.open', { rollOut: 'One' }), /several roll-outs/);
      await assert.rejects(run('gpo.status'), /several roll-outs/);
    });

    it('D11: says who has joined, and how many slots are left', async () => {
      const { run } = headless();
      await run('gpo.createRollout', asked);
      const status = (await run('gpo.status')) as { counts: object; slotsLeft: number; computers: unknown[] };
      assert.deepEqual([status.slotsLeft, status.computers], [2, []]);
      assert.deepEqual(
        await run('gpo.list'),
        [{ ...status, counts: undefined, slotsLeft: undefined, computers: undefined }].map(
          (each) => JSON.parse(JSON.stringify(each)) as unknown,
        ),
      );
    });

    it('an update of the list keeps what is not said', async () => {
      const { run, rollOuts } = headless();
      const { id } = (await run('gpo.createRollout', { ...whole, computers: ['PC-1'], computersGroup: 'Ours' })) as {
        id: string;
      };
      await run('gpo.answer', { rollOut: id, step: 'computers', computers: 'PC-1\nPC-2' });
      assert.deepEqual(rollOuts[0]!.target, { kind: 'computers', group: 'Ours', computers: ['PC-1', 'PC-2'] });
    });
  });

  it('D12: whatever changes something, and the download, is greyed out with the method’s switch', () => {
    const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
      contributes: { commands: { command: string; effect: string; permission?: string | string[] }[] };
    };
    const { commands } = manifest.contributes;
    const without = commands.filter(({ permission }) => ![permission].flat().includes('method.gpo'));
    assert.deepEqual(
      without.map(({ command, effect }) => [command, effect]),
      ['gpo.open', 'gpo.list', 'gpo.status', 'gpo.refresh', 'gpo.goTo'].map((command) => [command, 'read']),
    );
  });
});
