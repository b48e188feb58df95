import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { personText } from './person-text.ts';

describe('A command’s result for a person', () => {
  it('is a text as it is, and nothing where there is none', () => {
    assert.equal(personText('http://hub/unattended', 'en'), 'http://hub/unattended');
    assert.equal(personText(null, 'en'), '');
    assert.equal(personText(undefined, 'en'), '');
    assert.equal(personText(['a', 'b'], 'en'), 'a\nb');
  });

  it('shows fields line by line, times as times, and what is not there as a dash', () => {
    const at = new Date(2026, 4, 3, 14, 5).getTime();
    const text = personText(
      { name: 'Berlin', limit: 5000, createdAt: at, expires: null, formats: ['deb', 'run'] },
      'de',
    );
    assert.equal(
      text,
      'name       Berlin\nlimit      5000\ncreatedAt  03.05.2026, 14:05\nexpires    –\nformats    deb, run',
    );
  });

  it('shows records as a table below their name', () => {
    const results = [
      { device: 'a', outcome: 'done' },
      { device: 'b', outcome: 'failed', why: 'offline' },
    ];
    const rows = 'device  outcome  why\na       done     –\nb       failed   offline';
    assert.equal(personText(results, 'en'), rows);
    assert.equal(
      personText({ done: 1, results, left: [] }, 'en'),
      `done  1\nleft  –\n\nresults\n${rows.replace(/^/gm, '  ')}`,
    );
  });
});
