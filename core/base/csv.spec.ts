import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsvText } from './csv.ts';

test('Tables as CSV (RFC 4180): quotes where they are needed, and no formulas', () => {
  assert.equal(toCsvText([['name', 'users']]), 'name,users\r\n');
  assert.equal(toCsvText([['a,b', 'say "hi"', 'two\nlines', 'plain']]), '"a,b","say ""hi""","two\nlines",plain\r\n');
  const formulas = ['=1+1', '+1', '-1', '@sum', '\t=1', '\r=1', '\n=1', '=cmd|"/c calc",1'];
  for (const cell of toCsvText([formulas.slice(0, 4)])
    .trimEnd()
    .split(','))
    assert.ok(cell.startsWith("'"), cell);
  assert.equal(toCsvText([formulas.slice(4)]), `'\t=1,"'\r=1","'\n=1","'=cmd|""/c calc"",1"\r\n`);
  assert.equal(toCsvText([['a\u001b[2Jb']]), 'a [2Jb\r\n');
  assert.equal(toCsvText([['é']], { bom: true }), '\ufeffé\r\n');
});
