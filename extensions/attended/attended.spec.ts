import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { IntlMessageFormat } from 'intl-messageformat';
import { failsWith } from '../../core/testing/expect.ts';
import { berlin, groupsOf } from '../../core/testing/extension-parts.ts';
import type { Latchkey, Page, Session, SetUp } from '../../protocol/api/index.ts';
import { activate } from './extension.ts';

const id = (letter: string): string => letter.repeat(16);
const hamburg = { id: id('h'), name: 'Hamburg', createdAt: 0 };
const live = { id: id('s'), kind: 'attended', state: 'active', computer: { name: 'FRONT-DESK' } } as Session;

interface World {
  readonly kind?: 'browser' | 'headless';
  readonly groups?: readonly (typeof berlin)[];
  /** The technician gives up when asked for the password. */
  readonly givesUp?: boolean;
  /** The hub is lost when it has begun and not yet said so. */
  readonly loses?: boolean;
  readonly stored?: Map<string, unknown>;
  /** What a question for the groups waits for, asked at each. */
  readonly wait?: () => Promise<void>;
}

/** The extension with an API that answers as the hub does: the set-up's states are played by the test. */
function harness({ kind = 'browser', groups = [berlin, hamburg], ...world }: World = {}) {
  const texts = JSON.parse(readFileSync(new URL('package.nls.json', import.meta.url), 'utf8')) as Record<
    string,
    string
  >;
  const t = (key: string, args?: Record<string, string>): string => {
    assert.ok(key in texts, `no text for ${key}`);
    return String(new IntlMessageFormat(texts[key]!, 'en').format(args));
  };
  const stored = world.stored ?? new Map<string, unknown>();
  const bodies = new Map<string, (args: never, context: object) => Promise<unknown>>();
  const listeners = new Set<(setUp: SetUp) => unknown>();
  const pages = new Map<string, Page>();
  const log: unknown[][] = [];
  let setUp: SetUp | undefined;

  const play = async (changes: Partial<SetUp>): Promise<SetUp> => {
    setUp = { ...setUp!, ...changes };
    for (const listener of listeners) await listener(setUp);
    await new Promise((resolve) => setImmediate(resolve));
    return setUp;
  };
  void activate({
    commands: { register: (name: string, body: never) => (bodies.set(name, body), { dispose() {} }) },
    sessions: { list: async () => [live], show: async (session: string) => void log.push(['show', session]) },
    groups: groupsOf(
      async () => (await world.wait?.(), groups),
      kind,
      () => assert.fail('nobody to ask'),
    ),
    setUps: {
      list: async () => (setUp ? [setUp] : []),
      async begin(session: string) {
        log.push(['begin', session]);
        if (world.givesUp) return undefined;
        setUp = {
          id: id('u'),
          method: 'attended',
          state: 'asking',
          session,
          technician: { id: id('t'), name: 'Tess' },
          computer: 'FRONT-DESK',
          passwordStored: null,
          nickname: null,
          group: null,
          device: null,
          problem: null,
          startedAt: 0,
        };
        if (world.loses) throw Object.assign(new Error('hub.unreachable'), { code: 'hub.unreachable' });
        return setUp;
      },
      async cancel(which: string) {
        log.push(['cancel', which]);
        return play({ state: 'cancelled', problem: { code: 'setUp.cancelledBy', args: { name: 'Tess' } } });
      },
      async complete(which: string, details: object) {
        log.push(['complete', which, details]);
        return play({ state: 'installing', ...details });
      },
      onDidChange: (listener: (setUp: SetUp) => unknown) => (
        listeners.add(listener),
        { dispose: () => listeners.delete(listener) }
      ),
    },
    window: {
      openPage: async (page: Page) => void pages.set(page.id, page),
      updatePage: async (page: Page) => pages.has(page.id) && (pages.set(page.id, page), true),
      closePage: async (page: string) => void pages.delete(page),
    },
    l10n: { t, describeProblem: async ({ code }: { code: string }) => `<${code}>`, onDidChange: () => ({}) },
    storage: { get: async (key: string) => stored.get(key), set: async (k: string, v: unknown) => stored.set(k, v) },
    environment: { kind },
    log: { warn: (message: string) => assert.fail(message) },
    subscriptions: [],
  } as unknown as Latchkey);

  const noContext = { token: { onCancellationRequested: () => ({}) }, progress: () => {} };
  const run = (command: string, args: object = {}, context: object = noContext): Promise<unknown> =>
    bodies.get(command)!(args as never, context);
  const page = (): Page => [...pages.values()][0]!;
  const block = <K extends Page['blocks'][number]['kind']>(kind: K) =>
    page().blocks.find((each) => each.kind === kind) as Extract<Page['blocks'][number], { kind: K }> | undefined;
  /** Presses a button of the page: what it sends is what the command gets. */
  const press = async (title: string, values: object = {}): Promise<void> => {
    const buttons = page().blocks.flatMap((each) =>
      each.kind === 'actions' ? each.actions : each.kind === 'form' ? [each.submit, ...(each.actions ?? [])] : [],
    );
    const found = buttons.find((each) => each.title === title);
    assert.ok(found, `no button "${title}" among ${buttons.map((each) => each.title).join(', ')}`);
    await run(found.command, { ...found.arguments, ...values });
  };
  return { run, press, play, page, block, pages, log, stored };
}

describe('attended set-up', () => {
  it('A5, A6, A11, A12: password, request, nickname, group, and back to the session', async () => {
    const { run, press, play, block, pages, log } = harness();
    await run('attended.setUp', { session: live.id });
    assert.deepEqual(log, [['begin', live.id]]);
    assert.match(block('busy')!.text, /being requested/);
    await play({ state: 'details', passwordStored: false });
    assert.equal(block('steps')!.current, 1);
    assert.equal(block('form')!.fields[0]!.id, 'nickname');
    await press('Next', { nickname: ' Reception ' });
    assert.equal(block('steps')!.current, 2);
    const [field] = block('form')!.fields;
    assert.ok(field?.type === 'select');
    assert.deepEqual(
      field.options.map(({ label }) => label),
      ['Berlin', 'Hamburg'],
    );
    await press('Next', { group: hamburg.id });
    assert.deepEqual(log.at(-1), ['complete', id('u'), { nickname: 'Reception', group: hamburg.id }]);
    assert.match(block('busy')!.text, /being installed/);
    await play({ state: 'done', device: id('d') });
    assert.deepEqual([block('outcome')!.outcome, block('outcome')!.title], ['warning', 'Unattended support is set up']);
    assert.match(
      block('outcome')!.text!,
      /Reception now belongs to Hamburg.*at each connection somebody has to sign in/,
    );
    await press('Close');
    assert.equal(pages.size, 0);
    assert.deepEqual(log.at(-1), ['show', live.id]);
  });

  it('A12: with a stored password the success says that nobody has to sign in', async () => {
    const { run, play, block } = harness();
    await run('attended.setUp', { session: live.id });
    await play({ state: 'done', passwordStored: true, group: berlin.id, nickname: null });
    assert.equal(block('outcome')!.outcome, 'success');
    assert.match(block('outcome')!.text!, /FRONT-DESK now belongs to Berlin\. A password is stored/);
  });

  it('A5: whoever does not give the password has asked the customer nothing', async () => {
    const { run, pages } = harness({ givesUp: true });
    assert.equal(await run('attended.setUp', { session: live.id }), null);
    assert.equal(pages.size, 0);
  });

  it('A6: Cancel stops it while the customer is asked, and says who did', async () => {
    const { run, press, block, log } = harness();
    await run('attended.setUp', { session: live.id });
    await press('Cancel');
    assert.deepEqual(log.at(-1), ['cancel', id('u')]);
    assert.match(block('outcome')!.text!, /<setUp\.cancelledBy>\nNothing was changed/);
    await press('Try Again');
    assert.deepEqual(log.at(-1), ['begin', live.id]);
  });

  it('A10: Decline ends it, and Close returns to the session', async () => {
    const { run, press, play, block, log } = harness();
    await run('attended.setUp', { session: live.id });
    await play({ state: 'declined' });
    assert.equal(block('outcome')!.title, 'The set-up cannot be completed');
    await press('Close');
    assert.deepEqual(log.at(-1), ['show', live.id]);
  });

  it('can be left and come back to: what was typed is still there, and the customer is not asked twice', async () => {
    const stored = new Map<string, unknown>();
    const { run, press, play, block, pages, log } = harness({ stored });
    await run('attended.setUp', { session: live.id });
    await play({ state: 'details' });
    await press('Next', { nickname: 'Reception' });
    pages.clear();
    await run('attended.setUp', { session: live.id });
    assert.deepEqual(
      log.filter(([what]) => what === 'begin'),
      [['begin', live.id]],
    );
    await press('Back');
    const [field] = block('form')!.fields;
    assert.equal(field!.value, 'Reception');
    await play({ state: 'failed', problem: { code: 'setUp.sessionEnded', args: {} } });
    assert.match(block('outcome')!.text!, /<setUp\.sessionEnded>/);
    assert.deepEqual(stored.get('drafts'), {});
  });

  it('whoever goes on while the page is being brought up to date is not led back', async () => {
    let wait = Promise.resolve();
    const { run, press, play, block } = harness({ wait: () => wait });
    await run('attended.setUp', { session: live.id });
    await play({ state: 'details' });
    const slow = Promise.withResolvers<void>();
    wait = slow.promise;
    const playing = play({ state: 'details' });
    await new Promise((resolve) => setImmediate(resolve));
    wait = Promise.resolve();
    const pressed = press('Next', { nickname: 'Reception' });
    await new Promise((resolve) => setImmediate(resolve));
    slow.resolve();
    await Promise.all([playing, pressed]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(block('form')!.fields[0]!.id, 'group');
  });

  it('what was begun when the hub was lost is shown once the hub is back', async () => {
    const { run, play, pages, block } = harness({ loses: true });
    await assert.rejects(run('attended.setUp', { session: live.id }), /hub\.unreachable/);
    assert.equal(pages.size, 0);
    await play({ state: 'asking' });
    assert.equal(pages.size, 1);
    await play({ state: 'details' });
    assert.equal(block('form')!.fields[0]!.id, 'nickname');
  });

  it('does the whole for a program, which is told how it ended', async () => {
    const { run, play, log } = harness({ kind: 'headless' });
    const result = run('attended.setUp', { session: live.id, name: 'Reception', group: berlin.id });
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    await settle();
    await play({ state: 'details', passwordStored: false });
    await settle();
    assert.deepEqual(log.at(-1), ['complete', id('u'), { nickname: 'Reception', group: berlin.id }]);
    await play({ state: 'done', device: id('d') });
    assert.deepEqual(await result, { id: id('u'), device: id('d'), passwordStored: false });

    const declined = harness({ kind: 'headless', groups: [berlin] });
    const refusal = assert.rejects(declined.run('attended.setUp', { session: live.id }), /The customer has declined/);
    await settle();
    await declined.play({ state: 'declined' });
    await refusal;
    const unsure = harness({ kind: 'headless' });
    await assert.rejects(unsure.run('attended.setUp', { session: live.id }), failsWith('group.several'));
    assert.deepEqual(unsure.log, [], 'nobody was asked');
  });
});
