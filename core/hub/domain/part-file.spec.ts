import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partNameOf, wholeNameOf } from './part-file.ts';

describe('files that were not finished', () => {
  it('D9: say what they were to become, and no other file does', () => {
    for (const name of ['a.msi', 'Büro & 中文\\b.part', 'c.0a1b2c3d.part']) {
      assert.equal(wholeNameOf(partNameOf(name)), name);
    }
    assert.notEqual(partNameOf('a'), partNameOf('a'));
    for (const name of [
      'a.msi',
      'a.part',
      'a.0a1b2c3.part',
      'a.0a1b2c3x.part',
      '.0a1b2c3d.part',
      'a.0a1b2c3d.part.msi',
    ]) {
      assert.equal(wholeNameOf(name), undefined, name);
    }
  });
});
