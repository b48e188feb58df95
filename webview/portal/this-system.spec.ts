import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appFor, otherProcessor } from './offered-app.ts';
import { thisSystem, type NavigatorLike } from './this-system.ts';

const chrome = (platform: string, architecture: string, userAgent = 'Mozilla/5.0'): NavigatorLike => ({
  userAgent,
  userAgentData: { platform, mobile: false, getHighEntropyValues: async () => ({ architecture, bitness: '64' }) },
});
const computer = { mobile: false };

describe('P1: the visitor’s system', () => {
  const cases: [string, NavigatorLike, object][] = [
    ['Chrome on Windows', chrome('Windows', 'x86'), { platform: 'windows', architecture: 'x64' }],
    ['Chrome on Windows on ARM', chrome('Windows', 'arm'), { platform: 'windows', architecture: 'arm64' }],
    ['Chrome on a Mac', chrome('macOS', 'arm'), { platform: 'macos', architecture: 'arm64' }],
    ['Chrome on Linux', chrome('Linux', 'x86'), { platform: 'linux', architecture: 'x64' }],
    ['Chrome OS', chrome('Chrome OS', 'x86', 'X11; CrOS x86_64'), { platform: undefined, architecture: 'x64' }],
    [
      'Firefox on Linux on ARM',
      {
        userAgent: 'Mozilla/5.0 (X11; Linux aarch64; rv:140.0) Gecko/20100101 Firefox/140.0',
        platform: 'Linux aarch64',
      },
      { platform: 'linux', architecture: 'arm64' },
    ],
    [
      'Firefox on Windows',
      { userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' },
      { platform: 'windows', architecture: 'x64' },
    ],
    [
      'Safari on a Mac, which does not say its processor',
      { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605', maxTouchPoints: 0 },
      { platform: 'macos', architecture: undefined },
    ],
    ['a browser that hides what it is', { userAgent: 'Mozilla/5.0' }, { platform: undefined, architecture: undefined }],
    [
      'a browser that refuses to say more',
      {
        userAgent: 'Mozilla/5.0',
        userAgentData: { platform: 'Linux', getHighEntropyValues: () => Promise.reject(new Error('NotAllowed')) },
      },
      { platform: 'linux', architecture: undefined },
    ],
  ];
  for (const [name, navigator, expected] of cases) {
    it(name, async () => assert.deepEqual(await thisSystem(navigator), { ...computer, ...expected }));
  }

  for (const [name, navigator] of [
    ['an iPhone', { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148' }],
    [
      'an iPad that says that it is a Mac',
      { userAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15)', maxTouchPoints: 5 },
    ],
    ['an Android phone', { userAgent: 'Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile' }],
    ['an Android tablet', { userAgent: 'Mozilla/5.0 (Linux; Android 15) Chrome/140' }],
    ['a phone that says so', { userAgent: 'x', userAgentData: { platform: 'Android', mobile: true } }],
  ] as [string, NavigatorLike][]) {
    it(`${name} is told to go to the computer`, async () => assert.equal((await thisSystem(navigator)).mobile, true));
  }

  it('a laptop with a touch screen is a computer', async () => {
    const system = await thisSystem({ userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', maxTouchPoints: 10 });
    assert.equal(system.mobile, false);
  });
});

describe('P1: the customer app for it', () => {
  const app = (platform: 'windows' | 'macos' | 'linux', architecture: 'x64' | 'arm64', available = true) => ({
    platform,
    architecture,
    available,
  });
  const system = (platform: 'windows' | 'macos' | 'linux' | undefined, architecture?: 'x64' | 'arm64') => ({
    platform,
    architecture,
    mobile: false,
  });
  const all = [app('windows', 'x64'), app('macos', 'x64'), app('macos', 'arm64'), app('linux', 'x64', false)];

  it('fits system and processor', () => {
    assert.equal(appFor(all, system('macos', 'x64')), all[1]);
    assert.equal(appFor(all, system('windows', 'x64')), all[0]);
  });
  it('is the one that most have, where the processor is not known', () => {
    assert.equal(appFor(all, system('macos')), all[2]);
    assert.equal(appFor(all, system('windows')), all[0]);
  });
  it('is one that there is, where there is none for this processor', () => {
    assert.equal(appFor(all, system('windows', 'arm64')), all[0]);
    assert.equal(appFor(all, system('linux', 'arm64')), all[3], 'not available, and said to be so');
  });
  it('is offered for a Mac’s other processor too, where its browser does not tell which it has', () => {
    assert.equal(otherProcessor(all, all[2]!, system('macos')), all[1]);
    assert.equal(otherProcessor(all, all[1]!, system('macos')), all[2]);
    assert.equal(otherProcessor(all, all[2]!, system('macos', 'arm64')), undefined, 'it is known');
    assert.equal(otherProcessor(all, all[2]!, system('windows')), undefined, 'for another computer');
    assert.equal(otherProcessor([all[2]!], all[2]!, system('macos')), undefined, 'there is none');
  });
  it('is none for an unknown system', () => assert.equal(appFor(all, system(undefined)), undefined));
});
