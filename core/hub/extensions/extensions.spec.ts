import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildExtensions } from '#core/extension-host/build/build-extensions.mjs';
import { fingerprintOfExtensions } from '#core/base/extensions-fingerprint.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { extensionRequests, type OfferedExtensions } from '#protocol/extensions.ts';
import { loadExtensions } from './extension-catalogue.ts';

const manifest = {
  name: 'acme',
  displayName: '%title%',
  version: '1.0.0',
  publisher: 'acme',
  engines: { latchkey: '*' },
  capabilities: ['devices:read', 'groups:read'],
  contributes: { commands: [{ command: 'acme.run', title: '%title%' }] },
};

interface Parts {
  extensions?: unknown[] | string;
  manifest?: unknown;
  files?: Record<string, string>;
}

/** A folder of built extensions: a good one, `acme`, unless told otherwise. */
function builtFolder({ extensions = ['acme'], manifest: contents = manifest, files = {} }: Parts = {}): string {
  const root = temporaryFolder();
  const text = typeof extensions === 'string' ? extensions : JSON.stringify({ extensions });
  mkdirSync(join(root, 'acme'));
  const all = {
    'extensions.json': text,
    'acme/package.json': typeof contents === 'string' ? contents : JSON.stringify(contents),
    'acme/package.nls.json': '{"title":"Acme"}',
    'acme/package.nls.de.json': '{"title":"Akme"}',
    'acme/extension.js': 'var latchkeyExtension = {};',
    ...files,
  };
  for (const [file, value] of Object.entries(all)) writeFileSync(join(root, file), value);
  return root;
}
const problemsOf = async (parts: Parts): Promise<string[]> =>
  (await loadExtensions(builtFolder(parts))).problems.map(({ extension, problem }) => `${extension}: ${problem}`);

describe('Extensions of a hub', () => {
  it('offers what extensions.json names, with texts, hash and grant', async () => {
    const { offered, problems, bundles } = await loadExtensions(
      builtFolder({ extensions: [{ name: 'acme', granted: ['devices:read'] }] }),
    );
    assert.deepEqual(problems, []);
    const [extension] = offered;
    assert.deepEqual(extension?.granted, ['devices:read']);
    assert.deepEqual(extension?.messages, { en: { title: 'Acme' }, de: { title: 'Akme' } });
    assert.match(extension!.bundle, /^\/extensions\/acme\/[0-9a-f]{64}\.js$/);
    assert.equal(String(bundles.get(`acme/${extension!.sha256}.js`)), 'var latchkeyExtension = {};');
  });

  it('grants a plain name all that its manifest asks for', async () => {
    const { offered } = await loadExtensions(builtFolder());
    assert.deepEqual(offered[0]?.granted, manifest.capabilities);
  });

  it('names file, place and mistake, and loads the others', async () => {
    const cases: [Parts, RegExp][] = [
      [{ extensions: '{ "extensions": [ }' }, /^: extensions\.json: line 1, column 19: is not JSON/],
      [{ extensions: ['acme', 'acme'] }, /^acme: extensions\.json: "acme" is named twice/],
      [{ extensions: ['../acme'] }, /"\.\.\/acme" is no extension's name/],
      [{ extensions: ['missing'] }, /^missing: package\.json: there is no such file/],
      [{ manifest: '{ "name": ' }, /package\.json: line 1, column 11: is not JSON/],
      [{ manifest: { ...manifest, name: 'other' } }, /name: is "other", its folder is named "acme"/],
      [{ manifest: { ...manifest, capabilities: ['devices:wreck'] } }, /package\.json: capabilities\.0: /],
      [{ manifest: { ...manifest, contributes: { comands: [] } } }, /package\.json: contributes: .*comands/],
      [{ manifest: { ...manifest, engines: { latchkey: '>=99' } } }, /engines\.latchkey: asks for >=99/],
      [{ manifest: { ...manifest, engines: { latchkey: 'newest' } } }, /"newest" is no version range/],
      [{ files: { 'acme/package.nls.fr.json': '{"title":1}' } }, /package\.nls\.fr\.json: title: /],
      [
        { extensions: [{ name: 'acme', granted: ['installers'] }] },
        /granted "installers", which its manifest does not ask for/,
      ],
    ];
    for (const [parts, expected] of cases) {
      const problems = await problemsOf(parts);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0]!, expected);
    }
    const { offered } = await loadExtensions(builtFolder({ extensions: ['missing', 'acme'] }));
    assert.deepEqual(
      offered.map((each) => each.manifest.name),
      ['acme'],
    );
  });

  it('lists them to workbenches, and serves bundles to nobody who is not signed in', async () => {
    const hub = await startTestHub({ extensionsRoot: builtFolder({ extensions: ['acme', 'missing'] }) });
    const cookie = await hub.signIn();
    const { rpc } = await hub.workbench({ cookie });
    const { extensions, problems } = await rpc.request(extensionRequests.list, {});
    assert.equal(problems[0]?.extension, 'missing');
    const url = hub.url + extensions[0]!.bundle;
    assert.equal((await fetch(url)).status, 401);
    const served = await fetch(url, { headers: { cookie } });
    assert.equal(await served.text(), 'var latchkeyExtension = {};');
    assert.match(served.headers.get('content-type')!, /javascript/);
    assert.match(served.headers.get('cache-control')!, /private.*immutable/);
    const other = await fetch(url.replace(/[0-9a-f]{64}/, '0'.repeat(64)), { headers: { cookie } });
    assert.equal(other.status, 404);
    const above = await fetch(`${hub.url}/extensions/acme/..%2Fpackage.json`, { headers: { cookie } });
    assert.equal(above.status, 404);
  });

  it('sends them only where the workbench has others', async () => {
    const hub = await startTestHub({ extensionsRoot: builtFolder({ extensions: ['acme', 'missing'] }) });
    const { rpc } = await hub.workbench({ cookie: await hub.signIn() });
    const offered = await rpc.request(extensionRequests.list, {});
    assert.equal(offered.unchanged, undefined);
    // As it is kept on the technician's machine.
    const kept = JSON.parse(JSON.stringify(offered)) as OfferedExtensions;
    const known = fingerprintOfExtensions(kept);
    assert.deepEqual(await rpc.request(extensionRequests.list, { known }), {
      extensions: [],
      problems: [],
      unchanged: true,
    });
    const other = fingerprintOfExtensions({ ...kept, problems: [] });
    assert.deepEqual(await rpc.request(extensionRequests.list, { known: other }), offered);
  });

  it('offers the extensions of this project without a problem', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const out = temporaryFolder();
    const { built, problems } = await buildExtensions({
      extensionsFile: join(root, 'extensions.json'),
      folder: join(root, 'extensions'),
      out: join(out, 'built'),
    });
    assert.deepEqual(problems, []);
    writeFileSync(join(out, 'built/extensions.json'), JSON.stringify({ extensions: built }));
    const loaded = await loadExtensions(join(out, 'built'));
    assert.deepEqual(loaded.problems, []);
    assert.ok(built.includes('rename') && built.includes('endpoint-installer'));
  });
});
