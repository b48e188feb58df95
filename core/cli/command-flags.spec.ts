import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import type { ArgumentsSchema } from '#protocol/manifest.ts';
import { parseFlags } from './command-flags.ts';
import { table } from './table.ts';

const schema: ArgumentsSchema = {
  type: 'object',
  properties: {
    devices: { type: 'array', items: { type: 'string', format: 'latchkey-device' } },
    name: { type: ['string', 'null'] },
    limit: { type: 'integer' },
    force: { type: 'boolean' },
  },
};
const parse = (...words: string[]) => parseFlags('test', schema, words, (key) => key);

describe('Flags of a command', () => {
  it('are made from its schema', () => {
    assert.deepEqual(parse('--devices', 'a,b', '--devices=c', '--limit', '5', '--force', '--name', 'Front desk'), {
      devices: ['a', 'b', 'c'],
      limit: 5,
      force: true,
      name: 'Front desk',
    });
    assert.deepEqual(parse('--no-force', '--name', '', '--limit=-3'), { force: false, name: null, limit: -3 });
    assert.deepEqual(parse('--limit', 'many'), { limit: 'many' }, 'the schema refuses it');
  });

  it('take a device query as it is, commas and all', () => {
    const query = 'group:"Berlin, Mitte" os:windows';
    assert.deepEqual(parse('--devices', query, '--devices', 'a,b:c'), { devices: [query, 'a', 'b:c'] });
  });

  it('are refused where the command has none such', () => {
    for (const words of [['--colour', 'red'], ['loose'], ['--name'], ['--no-name'], ['-x']]) {
      assert.throws(() => parse(...words), expectCode('command.invalidArguments'), words.join(' '));
    }
  });
});

describe('Tables', () => {
  it('are aligned, and pass on no control sequence', () => {
    assert.equal(
      table([
        ['a', '漢字', 'x'],
        ['bbb', 'é', 'y\u001b[31m'],
      ]),
      'a    漢字  x\nbbb  é     y [31m',
    );
  });
});
