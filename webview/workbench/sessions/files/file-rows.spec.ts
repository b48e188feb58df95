import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FileEntry } from '#protocol/file-transfer.ts';
import { fileRows, join } from './file-rows.ts';

const entry = (name: string, size = 0, kind: FileEntry['kind'] = 'file'): FileEntry => ({
  name,
  kind,
  size,
  modifiedAt: size * 10,
});

describe('A folder of the computer', () => {
  const all = [entry('file10', 1), entry('.bashrc', 5), entry('file2', 3), entry('zoo', 0, 'folder'), entry('Éa', 2)];
  const names = (change = {}): string[] =>
    fileRows(all, { column: 'name', descending: false, hidden: false, ...change }, 'fr').map(({ name }) => name);

  it('is listed with folders first, as people order names, hidden files only where asked', () => {
    assert.deepEqual(names(), ['zoo', 'Éa', 'file2', 'file10']);
    assert.deepEqual(names({ descending: true }), ['zoo', 'file10', 'file2', 'Éa']);
    assert.deepEqual(names({ column: 'size' }), ['zoo', 'file10', 'Éa', 'file2']);
    assert.deepEqual(names({ column: 'modifiedAt', descending: true, hidden: true })[1], '.bashrc');
  });

  it('leads on by paths as the computer writes them', () => {
    assert.equal(join('/', 'etc'), '/etc');
    assert.equal(join('/home', 'a\\b'), '/home/a\\b');
    assert.equal(join('C:\\', 'Users'), 'C:\\Users');
    assert.equal(join('C:\\Users', 'Tess'), 'C:\\Users\\Tess');
    assert.equal(join('\\', 'C:\\'), 'C:\\');
  });
});
