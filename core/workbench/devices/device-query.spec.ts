import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeviceEntry, compareEntries } from './device-entry.ts';
import { compileQuery, filterDevices } from './device-query.ts';
import { queryCompletions, quote } from './query-completion.ts';

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
      queryCompletions(text, text.length, { groups }).map(({ insert }) => insert);
    assert.deepEqual(inserts('gr'), ['group:']);
    assert.deepEqual(inserts('group:s'), ['"São Paulo"']);
    assert.deepEqual(inserts('is:o'), ['online', 'offline']);
    assert.deepEqual(inserts('is:x or -(is:wai'), ['waiting']);
    assert.deepEqual(inserts('jo'), ['joined>']);
    assert.deepEqual(inserts('-ver'), ['version:']);
    assert.equal(quote('Lab (2)'), '"Lab (2)"');
  });

  it('knows or, parentheses and what is not to be', () => {
    assert.deepEqual(find('os:linux or is:asleep'), ['SRV-mail', 'pc-2']);
    assert.deepEqual(find('pc (is:asleep OR reception)'), ['pc-10', 'pc-2']);
    assert.deepEqual(find('-(os:linux or is:asleep)'), ['pc-10']);
    assert.deepEqual(find('(group:berlin -srv) or (group:"sao paulo" version:1.2)'), ['pc-10', 'pc-2']);
    assert.deepEqual(find('is:online (pc or srv) -os:linux'), ['pc-10']);
    assert.deepEqual(find('"or"'), [], 'a word in quotes');
    assert.deepEqual(find('orange'), []);
  });

  it('compares versions, dates and lengths of time', () => {
    assert.deepEqual(find('version>1.2'), ['pc-2']);
    assert.deepEqual(find('version>=1.2'), ['SRV-mail', 'pc-10', 'pc-2']);
    assert.deepEqual(find('version<1.10'), ['SRV-mail', 'pc-10']);
    assert.deepEqual(find('version=1.2'), []);
    const day = 86_400_000;
    const now = new Date(2026, 4, 20, 12).getTime();
    const joined = (name: string, days: number): DeviceEntry => entry(name, { joinedAt: now - days * day });
    const all = [joined('today', 0.1), joined('week', 6), joined('month', 40)];
    const names = (text: string): string[] =>
      filterDevices(all, compileQuery(text, { groups, now })).map(({ device }) => device.hostName);
    assert.deepEqual(names('joined>7d'), ['month']);
    assert.deepEqual(names('joined<1w'), ['today', 'week']);
    assert.deepEqual(names('joined:2026-05'), ['today', 'week']);
    assert.deepEqual(names('joined<2026-05-20'), ['week', 'month']);
    assert.deepEqual(names('joined>=2026-05-14'), ['today', 'week']);
    assert.deepEqual(names('joined>2026-05-14'), ['today'], 'after that day');
    const here = joined('here', 1);
    here.presence = 'online';
    here.presenceSince = now - 3 * day;
    const online = (text: string): boolean => compileQuery(text, { groups, now }).matches(here);
    assert.deepEqual([online('online>2d'), online('online>4d'), online('online<4d')], [true, false, true]);
  });

  it('names each mistake with its place', () => {
    const problem = (text: string): unknown => {
      const [first] = compileQuery(text, { groups }).problems;
      return first && [first.key, first.start, first.end];
    };
    assert.deepEqual(problem('a (b'), ['query.openParenthesis', 2, 4]);
    assert.deepEqual(problem('os:linux(('), ['query.openParenthesis', 8, 10]);
    assert.deepEqual(problem('pc(1) x(2'), ['query.openParenthesis', 7, 9]);
    assert.deepEqual(problem('name:"pc(" pc(1)'), undefined);
    assert.deepEqual(problem('a) b'), ['query.strayParenthesis', 1, 2]);
    assert.deepEqual(problem('a or '), ['query.missingAlternative', 2, 4]);
    assert.deepEqual(problem('or a'), ['query.missingAlternative', 0, 2]);
    assert.deepEqual(problem('x group>b'), ['query.unknownOperator', 2, 8]);
    assert.deepEqual(problem('joined<soon'), ['query.notATime', 7, 11]);
    assert.deepEqual(problem('joined<2026-02-30'), ['query.notATime', 7, 17]);
    assert.deepEqual(problem('joined:7d'), ['query.lengthWithoutOrder', 7, 9]);
    assert.deepEqual(problem('online>2026'), ['query.notALength', 7, 11]);
    assert.deepEqual(problem('version>new'), ['query.notAVersion', 8, 11]);
    assert.equal(problem('Lab-2(west) "a) (b"'), undefined);
    // The rest stays in force.
    assert.deepEqual(find('srv (is:online'), ['SRV-mail']);
  });

  it('reads whatever somebody types to its end', () => {
    const pieces = ['(', ')', '-', '"', 'or', ' ', 'a', 'is:', 'joined>', '7d', 'group~b', '\\', ':', '='];
    let seed = 1;
    const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join('');
      const query = compileQuery(text, { groups });
      for (const each of devices) assert.equal(typeof query.matches(each), 'boolean');
      for (const { start, end } of query.problems) assert.ok(start >= 0 && end <= text.length, text);
      queryCompletions(text, next(text.length + 1), { groups });
    }
    assert.ok(compileQuery('('.repeat(20_000), { groups }).problems.length > 0);
  });

  it('sorts names as people read them', () => {
    const names = ['pc-10', 'PC-2', 'pc-1', 'élan', 'zoo'].map((name) => entry(name));
    assert.deepEqual(
      names.sort(compareEntries).map(({ name }) => name),
      ['élan', 'pc-1', 'PC-2', 'pc-10', 'zoo'],
    );
  });
});
