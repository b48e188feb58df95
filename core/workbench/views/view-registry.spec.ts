import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EMPTY } from 'rxjs';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { ViewRegistry } from './view-registry.ts';

const contributor = { id: 'acme', localize: (text: string) => text.replaceAll('%', '') };
const container = { id: 'acme', title: '%Acme%', icon: 'beaker', location: 'activitybar', order: 1 } as const;
const view = { id: 'list', container: 'acme', name: '%List%', kind: 'tree', order: 2 };

function setUp() {
  const contextKeys = new ContextKeyService();
  return { contextKeys, views: new ViewRegistry(contextKeys) };
}

describe('Views and their containers', () => {
  it('are shown in their order, with texts of now, while their when-clause holds', () => {
    const { contextKeys, views } = setUp();
    views.registerContainer(container, contributor);
    assert.deepEqual(views.containers('activitybar'), [], 'an empty container is not shown');
    views.registerView(view, contributor);
    views.registerView({ ...view, id: 'first', order: 1, when: 'administrator' }, contributor);
    assert.deepEqual(
      views.containers('activitybar').map(({ title }) => title),
      ['Acme'],
    );
    assert.deepEqual(views.containers('panel'), []);
    const shown = (): string[] => views.views('acme').map(({ id }) => id);
    assert.deepEqual(shown(), ['list']);
    contextKeys.set('administrator', true);
    assert.deepEqual(shown(), ['first', 'list']);
    assert.equal(views.view('list')!.name, 'List');
    assert.equal(views.view('none'), undefined);
  });

  it('have each identifier once, and go with whoever brought them', () => {
    const { views } = setUp();
    let changes = 0;
    views.changes$.subscribe(() => changes++);
    const registered = views.registerView(view, contributor);
    assert.throws(() => views.registerView(view, contributor), expectCode('extension.duplicate'));
    const source = { children: async () => [], changes$: EMPTY };
    const [first, second] = [source, { ...source }].map((each) => [each, views.registerSource('list', each)] as const);
    first![1].dispose();
    assert.equal(views.source('list'), second![0], 'one that was replaced takes nothing away');
    second![1].dispose();
    assert.equal(views.source('list'), undefined);
    registered.dispose();
    registered.dispose();
    assert.equal(views.view('list'), undefined);
    assert.equal(changes, 5);
  });

  it('say what to do while they are empty', () => {
    const { contextKeys, views } = setUp();
    views.registerWelcome({ view: 'list', contents: '%Ask an administrator%', when: '!administrator' }, contributor);
    const own = views.registerWelcome({ view: 'list', contents: '%Create one%', when: 'administrator' }, contributor);
    assert.deepEqual(views.welcomeContents('list'), ['Ask an administrator']);
    contextKeys.set('administrator', true);
    assert.deepEqual(views.welcomeContents('list'), ['Create one']);
    own.dispose();
    assert.deepEqual(views.welcomeContents('list'), []);
  });
});
