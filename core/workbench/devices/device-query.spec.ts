import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeviceEntry, compareEntries } from './device-entry.ts';
import { compileQuery, completeQuery, filterDevices } from './device-query.ts';

const groups = [
  { id: 'aaaaaaaaaaaaaaaa', name: 'Berlin' },
  { id: 'bbbbbbbbbbbbbbbb', name: 'São Paulo' },
];
const entry = (hostName: string, change: object = {}, presence: DeviceEntry['presence'] = 'offline'): DeviceEntry => {
  const made = new DeviceEntry({
    id: hostName.padEnd(16, 'x'),
    group: 'aaaaaaaaaaaaaaaa',
    nickname: null,
    hostName,
    state: 'active',
    system: { platform: 'windows', name: 'Windows 11 Pro', version: '10' },
    endpointVersion: '1.2.3',
    joinedAt: 0,
    ...change,
  });
  made.presence = presence;
  return made;
};
const devices = [
  entry('SRV-mail', { system: { platform: 'linux', name: 'Debian 12', version: '12' } }, 'online'),
  entry('pc-10', { nickname: 'Réception', group: 'bbbbbbbbbbbbbbbb' }, 'inSession'),
  entry('pc-2', { state: 'waiting', endpointVersion: '1.20.0' }, 'asleep'),
];
const find = (text: string): string[] =>
  filterDevices(devices, compileQuery(text, { groups })).map(({ device }) => device.hostName);

describe('The device query language (X9, the filter of the tree)', () => {
  it('matches free words in nickname and host name, whatever case and accents', () => {
    assert.deepEqual(find('srv'), ['SRV-mail']);
    assert.deepEqual(find('RECEPTION'), ['pc-10']);
    assert.deepEqual(find('pc 10'), ['pc-10']);
    assert.deepEqual(find('"pc 10"'), []);
    assert.deepEqual(find(''), ['SRV-mail', 'pc-10', 'pc-2']);
  });

  it('knows fields, quotes and negation', () => {
    assert.deepEqual(find('group:"sao paulo"'), ['pc-10']);
    assert.deepEqual(find('group:bbbbbbbbbbbbbbbb'), ['pc-10']);
    assert.deepEqual(find('group~ber'), ['SRV-mail', 'pc-2']);
    assert.deepEqual(find('os:linux'), ['SRV-mail']);
    assert.deepEqual(find('os:"windows 11"'), ['pc-10', 'pc-2']);
    assert.deepEqual(find('is:online'), ['SRV-mail', 'pc-10']);
    assert.deepEqual(find('is:insession'), ['pc-10']);
    assert.deepEqual(find('-is:online'), ['pc-2']);
    assert.deepEqual(find('state:waiting'), ['pc-2']);
    assert.deepEqual(find('name~cept'), ['pc-10']);
    assert.deepEqual(find('version:1.2'), ['SRV-mail', 'pc-10'], '1.20 is not 1.2');
    assert.deepEqual(find('-pc'), ['SRV-mail']);
  });

  it('says what is wrong and where, and leaves that term out', () => {
    const { problems, matches } = compileQuery('srv is:wrong', { groups });
    assert.deepEqual(
      problems.map(({ key, start, end }) => [key, start, end]),
      [['query.unknownValue', 7, 12]],
    );
    assert.equal(matches(devices[0]!), true);
    assert.equal(compileQuery('colour:red', { groups }).problems[0]?.key, 'query.unknownField');
    assert.equal(compileQuery('group:', { groups }).problems[0]?.key, 'query.missingValue');
    assert.equal(compileQuery('"open', { groups }).problems[0]?.key, 'query.openQuote');
  });

  it('completes fields and values', () => {
    const inserts = (text: string): string[] =>
      completeQuery(text, text.length, { groups }).map(({ insert }) => insert);
    assert.deepEqual(inserts('gr'), ['group:']);
    assert.deepEqual(inserts('group:s'), ['"São Paulo"']);
    assert.deepEqual(inserts('is:o'), ['online', 'offline']);
  });

  it('sorts names as people read them', () => {
    const names = ['pc-10', 'PC-2', 'pc-1', 'élan', 'zoo'].map((name) => entry(name));
    assert.deepEqual(
      names.sort(compareEntries).map(({ name }) => name),
      ['élan', 'pc-1', 'PC-2', 'pc-10', 'zoo'],
    );
  });
});
