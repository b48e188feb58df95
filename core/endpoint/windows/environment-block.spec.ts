import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cleanEnvironment, environmentBlock, readEnvironmentLine } from './environment-block.ts';

const textOf = (block: Buffer): string => block.toString('utf16le');

describe('Environment of a program on Windows (X1)', () => {
  it('is ordered by name whatever the case, each with its end, and ends twice', () => {
    const block = environmentBlock({ windir: 'C:\\windows', Path: 'C:\\Grüße;日本', APPDATA: '' });
    assert.equal(textOf(block), 'APPDATA=\0Path=C:\\Grüße;日本\0windir=C:\\windows\0\0');
  });

  it('of nothing is two ends', () => assert.equal(textOf(environmentBlock({})), '\0\0'));

  it('holds no variable that would begin another', () => {
    const block = environmentBlock({ 'A=B': 'x', C: 'y\0EVIL=1', '': 'z', '=C:': 'C:\\here', D: 'a=b' });
    assert.equal(textOf(block), '=C:=C:\\here\0D=a=b\0\0');
  });

  it('is read again', () => {
    assert.deepEqual(readEnvironmentLine('D=a=b'), ['D', 'a=b']);
    assert.deepEqual(readEnvironmentLine('=C:=C:\\here'), ['=C:', 'C:\\here']);
    assert.equal(readEnvironmentLine('nothing'), undefined);
  });

  it('keeps what rules Node.js and this program away from what they start', () => {
    const given = { NODE_OPTIONS: '--require x', node_extra_ca_certs: 'x', LATCHKEY_HUB: 'x', npm_config_x: 'x' };
    assert.deepEqual(cleanEnvironment({ ...given, PATH: 'p', GONE: undefined, Nodejs: 'kept' }), {
      PATH: 'p',
      Nodejs: 'kept',
    });
  });
});
