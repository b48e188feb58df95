import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { manifest, type Manifest } from '#protocol/manifest.ts';
import { normalizeKey } from '../keybindings/key-syntax.ts';
import { checkExtension, type CheckContext } from './check-extension.ts';

const context: CheckContext = {
  hasContainer: (id) => id === 'devices',
  hasView: (id) => id === 'devices',
  keyProblem: (key) => (normalizeKey(key) === undefined ? 'is no key' : undefined),
};
const problemsOf = (
  contributes: unknown,
  messages: Record<string, Record<string, string>> = { en: { title: 'Acme' } },
): string[] =>
  checkExtension(
    {
      manifest: manifest.parse({
        name: 'acme',
        displayName: '%title%',
        version: '1.0.0',
        publisher: 'acme',
        engines: { latchkey: '*' },
        contributes,
      }),
      messages,
      granted: [],
      bundle: '',
      sha256: '',
    },
    context,
  ).map(({ problem }) => problem);
const command = { command: 'acme.run', title: '%title%' };

describe('What a manifest may get wrong', () => {
  it('finds nothing in one that is right', () => {
    const contributes = {
      commands: [
        {
          ...command,
          enablement: 'device.count > 0',
          arguments: { type: 'object', properties: { a: { type: 'string' } } },
        },
      ],
      menus: {
        'device/context': [{ command: 'acme.run', when: 'device.count == 1' }],
        'session/title': [{ submenu: 'acme.more', group: 'navigation' }],
        'acme.more': [{ command: 'acme.run' }],
      },
      submenus: [{ id: 'acme.more', label: '%title%', icon: 'vm' }],
      keybindings: [{ command: 'acme.run', key: 'ctrl+k f2' }],
      views: { devices: [{ id: 'acme', name: '%title%' }] },
      viewsWelcome: [{ view: 'acme', contents: '%title%' }],
    };
    assert.deepEqual(problemsOf(contributes), []);
  });

  const cases: [string, unknown, RegExp][] = [
    [
      'a menu that there is not',
      { menus: { 'device/title': [] } },
      /contributes\.menus\.device\/title: there is no such menu/,
    ],
    [
      'a submenu that is not declared',
      { menus: { 'session/title': [{ submenu: 'acme.more' }] } },
      /session\/title\.0\.submenu: "acme\.more" is not among the submenus/,
    ],
    [
      'a submenu in a submenu',
      {
        menus: { 'acme.more': [{ submenu: 'acme.more' }] },
        submenus: [{ id: 'acme.more', label: 'More' }],
      },
      /acme\.more\.0\.submenu: a submenu holds commands alone/,
    ],
    [
      'a menu of no command',
      { menus: { 'group/context': [{ command: 'acme.other' }] } },
      /contributes\.menus\.group\/context\.0\.command: "acme\.other"/,
    ],
    [
      'a view in no container',
      { views: { nowhere: [{ id: 'acme', name: 'A' }] } },
      /contributes\.views\.nowhere: there is no such view container/,
    ],
    [
      'a welcome of no view',
      { viewsWelcome: [{ view: 'nowhere', contents: 'x' }] },
      /viewsWelcome\.0\.view: there is no view "nowhere"/,
    ],
    [
      'a clause that cannot be read',
      { commands: [{ ...command, enablement: '(a' }] },
      /commands\.0\.enablement: character \d+/,
    ],
    [
      'a key that is none',
      { commands: [command], keybindings: [{ command: 'acme.run', key: 'ctrl+' }] },
      /keybindings\.0\.key: is no key/,
    ],
    [
      'a schema that is none',
      { commands: [{ ...command, arguments: { type: 'object', properties: { a: { type: 'text' } } } }] },
      /commands\.0\.arguments\.properties\.a/,
    ],
    [
      'a required argument that is not there',
      { commands: [{ ...command, arguments: { type: 'object', required: ['b'] } }] },
      /arguments\.required: "b"/,
    ],
    ['a text that is missing', { commands: [{ ...command, title: '%gone%' }] }, /package\.nls\.json: gone: is missing/],
  ];
  for (const [name, contributes, expected] of cases) {
    it(`names the file and the place of ${name}`, () => {
      const problems = problemsOf(contributes);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0]!, expected);
    });
  }

  it('names a text that only a translation has', () => {
    assert.deepEqual(problemsOf({}, { en: { title: 'Acme' }, de: { titel: 'Akme' } }), [
      'package.nls.de.json: titel: is not in package.nls.json',
    ]);
  });
});

describe('The texts of the extensions of this project', () => {
  const folder = fileURLToPath(new URL('../../../extensions/', import.meta.url));
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names) {
    it(`${name} says the same in three languages, with the same places`, () => {
      const read = (file: string): Record<string, string> =>
        JSON.parse(readFileSync(`${folder}${name}/${file}`, 'utf8')) as Record<string, string>;
      const english = read('package.nls.json');
      const places = (text: string): string[] =>
        [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]!))].sort();
      for (const language of ['fr', 'de']) {
        const translated = read(`package.nls.${language}.json`);
        assert.deepEqual(Object.keys(translated), Object.keys(english));
        for (const [key, text] of Object.entries(english)) {
          if (text.includes('plural')) continue;
          assert.deepEqual(places(translated[key]!), places(text), `${language} ${key}`);
        }
      }
      assert.ok((JSON.parse(readFileSync(`${folder}${name}/package.json`, 'utf8')) as Manifest).name === name);
    });
  }
});
