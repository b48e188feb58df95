import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ContextKeyService } from './context-key-service.ts';
import { fuzzyMatch } from './fuzzy-match.ts';
import { whenProblem } from './when-clause.ts';

describe('Context keys', () => {
  it('evaluate when-clauses as VS Code does', () => {
    const keys = new ContextKeyService();
    keys.setAll({ a: true, n: 3, view: 'devices', list: ['x', 'y'], item: 'x' });
    for (const [when, expected] of [
      ['a && view == devices', true],
      ["view == 'devices' && !b", true],
      ['n >= 3 || b', true],
      ['view =~ /^dev/', true],
      ['item in list', true],
      ['b', false],
      ['', true],
      [undefined, true],
      ['a &&', false],
    ] as const) {
      assert.equal(keys.matches(when), expected, String(when));
    }
  });

  it('are covered by a scope and by the focus', () => {
    const keys = new ContextKeyService();
    const heard: string[][] = [];
    keys.changes$.subscribe((changed) => heard.push([...changed]));
    keys.set('viewItem', 'none');
    keys.set('viewItem', 'none');
    assert.equal(keys.matches('viewItem == device', { viewItem: 'device' }), true);
    keys.setFocus({ listFocus: true });
    assert.equal(keys.matches('listFocus'), true);
    keys.setFocus({});
    assert.equal(keys.matches('listFocus'), false);
    assert.deepEqual(heard, [['viewItem'], ['listFocus'], ['listFocus']]);
  });

  it('tell what is wrong with a clause, and where', () => {
    assert.equal(whenProblem("a == 'b' && !c"), undefined);
    assert.equal(whenProblem('(a && b')?.offset, 7);
    assert.equal(whenProblem('a = b')?.offset, 2);
  });
});

describe('Fuzzy matching', () => {
  it('finds letters in order, words in any order, and says where', () => {
    assert.deepEqual(fuzzyMatch('desk front', 'front-desk')?.highlights, [
      { start: 0, end: 5 },
      { start: 6, end: 10 },
    ]);
    assert.equal(fuzzyMatch('zq', 'front-desk'), undefined);
    assert.ok(fuzzyMatch('desk', 'desk')!.score > fuzzyMatch('desk', 'd-e-s-k')!.score);
  });
});
