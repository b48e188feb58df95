import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NameSearch } from './name-search.ts';
import { textColumn } from './text-column.ts';

describe('Searching names as somebody types (X9)', () => {
  const hostNames = Array.from({ length: 400 }, (_, row) =>
    row % 10 === 0 ? `Front-Desk-${row}` : row % 3 === 0 ? `SRV-${row}` : `pc-${row}`,
  );
  const nicknames = hostNames.map((_, row) => (row % 7 === 0 ? `Till ${row}` : ''));
  const plain = (word: string): number[] =>
    hostNames.flatMap((name, row) =>
      name.toLowerCase().includes(word) || nicknames[row]!.toLowerCase().includes(word) ? row : [],
    );
  const make = (): NameSearch => new NameSearch([textColumn(hostNames), textColumn(nicknames)]);
  const found = (search: NameSearch, word: string): number[] =>
    [...search.holding(word)].flatMap((mark, row) => (mark === 1 ? row : []));

  it('finds with each letter what holds all of them, forwards and backwards', () => {
    for (const words of [
      ['d', 'de', 'des', 'desk', 'desk-', 'desk-1', 'desk-10', 'desk-100', 'desk-1000'],
      ['t', 'ti', 'til', 'till', 'till ', 'till 3', 'till 35'],
      ['1', '12', '0s', '9f', '0t', 'pc-1p', 'srv-39'],
      ['sk', 'esk', 'desk', 'desk-3', 'sk-3', 'k-39'],
    ]) {
      const search = make();
      for (const word of [...words, ...words.toReversed()]) {
        assert.deepEqual(found(search, word), plain(word), `${word} of ${words.join()}`);
        assert.deepEqual(found(make(), word), plain(word), `${word} alone`);
      }
    }
  });

  it('finds the same however much was searched before', () => {
    const search = make();
    for (let number = 0; number < 60; number++) {
      for (const word of [String(number), `-${number}`, 'desk', `desk-${number}`, `till ${number}`]) {
        assert.deepEqual(found(search, word), plain(word), word);
      }
    }
  });
});
