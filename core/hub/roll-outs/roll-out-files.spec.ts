import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { before, describe, it } from 'node:test';
import { Language, Parser, type Node } from 'web-tree-sitter';
import type { Language as TextLanguage } from '#core/base/l10n/localizer.ts';
import { needTools } from '#core/testing/debian-tools.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { installerLimit } from '#protocol/installers.ts';
import type { RollOutTarget } from '#protocol/roll-outs.ts';
import type { HubAddress } from '../http/hub-address.ts';
import { columnOf, propertiesOf } from '../installers/formats/windows/msi/check-package.ts';
import { readPackage } from '../installers/formats/windows/msi/read-package.ts';
import type { InstallerFileService } from '../installers/installer-file-service.ts';
import { MsiWriter } from '../installers/msi-writer.ts';
import type { RollOutRow } from '../store/tables.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import english from './l10n/en.json' with { type: 'json' };
import { RollOutFileService } from './roll-out-file-service.ts';
import { noDeployment } from './roll-out-rows.ts';
import type { CompleteRollOut, RollOutService } from './roll-out-service.ts';

const nasty = `Büro "Süd" & 中文 'x' ’y’ $(calc) \`z\` ]]> #> {0} $& `.trim();
const share = `\\\\srv-ä.example.com\\Soft & ware$\\Büro 'Süd' ’中文’ {1} $(x)`;
const begun = Date.UTC(2026, 10, 21, 12);

function rollOut(target: RollOutTarget, changes: Partial<RollOutRow> = {}): CompleteRollOut {
  const row: RollOutRow = {
    id: 'aaaaaaaaaaaaaaaa',
    group_id: 'bbbbbbbbbbbbbbbb',
    installer_id: 'cccccccccccccccc',
    name: nasty,
    domain: 'ad.example.com',
    share,
    target: JSON.stringify(target),
    expected: null,
    max_uses: installerLimit,
    link_to: `OU=Büro & 'Süd',DC=ad,DC=example,DC=com`,
    user_settings_disabled: 1,
    deployment: JSON.stringify(noDeployment),
    step: 'files',
    created_at: begun,
    created_by_id: 'dddddddddddddddd',
    created_by: 'admin@example.com',
    changed_at: begun,
    downloaded_at: null,
    applied: null,
    undo: null,
    ...changes,
  };
  return { row, target, domain: row.domain!, share: row.share!, installer: row.installer_id!, group: nasty };
}

/** Packages of given bytes: what is in a real one is tested where it is made. */
function service(complete: CompleteRollOut, bytes: number, content = randomBytes(Math.min(bytes, 1 << 20))) {
  const opened = { real: 0 };
  const chunks = Math.max(1, Math.ceil(bytes / content.length));
  const size = content.length * chunks;
  const hash = createHash('sha256');
  for (let at = 0; at < chunks; at++) hash.update(content);
  const sha256 = hash.digest('hex');
  const installers = {
    make: (_actor: unknown, installer: string, format: 'msi', _watcher: unknown, test = false) => {
      const kind = test ? '-test' : '';
      const open = async () => {
        if (!test) opened.real++;
        return Readable.from(
          (function* () {
            for (let at = 0; at < chunks; at++) yield content;
          })(),
          { objectMode: false },
        );
      };
      const fileName = `latchkey-endpoint${kind}_B-ro-S-d_1.2.3_x64.msi`;
      return Promise.resolve({
        file: { installer, format, fileName, size, sha256, path: '/', version: '1.2.3', test },
        artefact: { size, sha256, open },
        contentType: 'application/x-msi',
        handedOut: () => Promise.resolve(),
      });
    },
  };
  const files = new RollOutFileService(
    { complete: () => Promise.resolve(complete) } as unknown as RollOutService,
    installers as unknown as InstallerFileService,
    { publicUrl: 'https://hub.example.com' } as HubAddress,
  );
  return { files, opened, content };
}

const actor = {} as TechnicianActor;

/** Unpacked by the system's own program: what reads it is not what wrote it. */
async function unpack(complete: CompleteRollOut, language: TextLanguage = 'en', bytes = 1000): Promise<string> {
  const folder = temporaryFolder();
  const { files } = service(complete, bytes);
  const made = await files.make(actor, complete.row.id, language);
  const zip = join(folder, made.file.fileName);
  await pipeline(made.open(), createWriteStream(zip));
  assert.equal(statSync(zip).size, made.file.size);
  execFileSync('unzip', ['-q', zip, '-d', join(folder, 'out')]);
  return join(folder, 'out');
}
const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
/** As Windows reads it: by the mark at its beginning. */
function textOf(file: string): string {
  const bytes = readFileSync(file);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}
const scriptsOf = (folder: string): string =>
  join(
    folder,
    'gpo-backup',
    readdirSync(join(folder, 'gpo-backup')).find((name) => name.startsWith('{'))!,
  );

const listed: RollOutTarget = {
  kind: 'computers',
  group: 'Latchkey Büro',
  computers: Array.from({ length: installerLimit }, (_, at) => `PC-${at}`),
};
const targets: RollOutTarget[] = [
  { kind: 'all', expected: null },
  { kind: 'group', group: `PCs & 'Büro' 中文`, expected: 12 },
  listed,
];

describe('The files of a roll-out', () => {
  let parser: Parser;
  before(async () => {
    needTools({ unzip: 'unzip', xmllint: 'libxml2-utils' });
    await Parser.init();
    const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
    parser = new Parser();
    parser.setLanguage(await Language.load(grammar));
  });
  const parse = (text: string): Node => parser.parse(text)!.rootNode;
  const faults = (node: Node): string[] =>
    node.isError || node.isMissing
      ? [`${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`]
      : node.children.flatMap((child) => (child?.hasError ? faults(child) : []));
  /** What a string constant of the script says. */
  const assigned = (script: string, name: string): string | undefined => {
    const found = new RegExp(`^ {4}${name} = '((?:[^'‘’‚‛]|(['‘’‚‛])\\2)*)'\r$`, 'm').exec(script)?.[1];
    return found?.replaceAll(/(['‘’‚‛])\1/g, '$1');
  };

  for (const target of targets) {
    for (const language of ['en', 'fr', 'de'] as const) {
      it(`D3 to D11: PowerShell that parses, XML that is well-formed, nothing left to fill in (${target.kind}, ${language})`, async () => {
        const folder = await unpack(rollOut(target), language);
        const names = filesOf(folder);
        for (const name of names.filter((each) => each.endsWith('.ps1'))) {
          const root = parse(textOf(join(folder, name)));
          assert.deepEqual(faults(root), [], name);
          assert.equal(root.hasError, false, name);
        }
        for (const name of names.filter((each) => each.endsWith('.xml'))) {
          execFileSync('xmllint', ['--noout', join(folder, name)]);
        }
        for (const name of names.filter((each) => !each.endsWith('.msi'))) {
          const text = textOf(join(folder, name)).replaceAll(nasty, '').replaceAll(share, '');
          assert.doesNotMatch(text, /\{\{|@@|\bundefined\b|\[object |<[A-Z_ ]{3,}>|\bTODO\b|%[A-Z_]+_HERE%/, name);
          // A text that nobody has would stand there as its key.
          for (const key of Object.keys(english)) assert.equal(text.includes(key), false, `${name}: ${key}`);
        }
      });
    }
  }

  it('the nastiest names come out of every file as they went in', async () => {
    const complete = rollOut(targets[1]!);
    const folder = await unpack(complete);
    const script = textOf(join(folder, 'roll-out.ps1'));
    assert.equal(assigned(script, 'Name'), nasty);
    assert.equal(assigned(script, 'Share'), share);
    assert.equal(assigned(script, 'Group'), `PCs & 'Büro' 中文`);
    assert.equal(assigned(script, 'LinkTo'), complete.row.link_to);
    // One string each: PowerShell's own grammar finds no more in the table than was put there.
    const packagePath = `${share}\\latchkey-endpoint_B-ro-S-d_1.2.3_aaaaaa_x64.msi`;
    assert.equal(assigned(script, 'Parameters'), `"${packagePath}" aaaaaaaaaaaaaaaa 1.2.3`);
    const backup = scriptsOf(folder);
    const ini = readFileSync(join(backup, 'DomainSysvol/GPO/Machine/Scripts/scripts.ini'));
    assert.deepEqual([...ini.subarray(0, 2)], [0xff, 0xfe]);
    assert.equal(
      ini.subarray(2).toString('utf16le'),
      `\r\n[Startup]\r\n0CmdLine=latchkey-endpoint.cmd\r\n0Parameters="${packagePath}" aaaaaaaaaaaaaaaa 1.2.3\r\n`,
    );
    const xpath = (file: string, name: string): string =>
      execFileSync('xmllint', ['--xpath', `string(//*[local-name()='${name}'])`, file], { encoding: 'utf8' }).trimEnd();
    assert.equal(xpath(join(backup, 'Backup.xml'), 'DisplayName'), nasty);
    assert.equal(xpath(join(backup, 'bkupInfo.xml'), 'GPODisplayName'), nasty);
    assert.equal(xpath(join(folder, 'gpo-backup/manifest.xml'), 'GPODisplayName'), nasty);
    assert.equal(xpath(join(backup, 'gpreport.xml'), 'Parameters'), `"${packagePath}" aaaaaaaaaaaaaaaa 1.2.3`);
    const guide = textOf(join(folder, 'guide.html'));
    assert.ok(guide.includes('Büro &quot;Süd&quot; &amp; 中文 &#39;x&#39;'));
    assert.doesNotMatch(guide, /Süd" & /);
  });

  it('the startup script is ASCII: it says everything unusual by its arguments', async () => {
    const folder = await unpack(rollOut(targets[0]!));
    const script = readFileSync(join(folder, 'startup/latchkey-endpoint.cmd'));
    assert.ok(script.every((byte) => byte < 0x80));
    assert.doesNotMatch(script.toString(), /[^\r]\n/);
    const backup = join(scriptsOf(folder), 'DomainSysvol/GPO/Machine/Scripts/Startup/latchkey-endpoint.cmd');
    assert.deepEqual(readFileSync(backup), script);
  });

  it('D1: a list of 5,000 computers, one on each line', async () => {
    const folder = await unpack(rollOut(listed));
    const text = textOf(join(folder, 'computers.txt'));
    assert.deepEqual(text.trimEnd().split('\r\n'), listed.kind === 'computers' && listed.computers);
    assert.equal(existsSync(join(await unpack(rollOut(targets[0]!)), 'computers.txt')), false);
  });

  it('D8: the sums are those of the files, the packages too', async () => {
    const folder = await unpack(rollOut(listed));
    const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS.txt'], { cwd: folder, encoding: 'utf8' });
    assert.equal(checked.trim().split('\n').length, filesOf(folder).length - 1);
    const script = textOf(join(folder, 'roll-out.ps1'));
    const [, sum] = /Sha256 = '([0-9A-F]{64})'/.exec(script) ?? [];
    const real = join(folder, 'packages/latchkey-endpoint_B-ro-S-d_1.2.3_aaaaaa_x64.msi');
    assert.equal(sum?.toLowerCase(), createHash('sha256').update(readFileSync(real)).digest('hex'));
  });

  it('D6 D10: the chosen status and options stand in the guide, the script and the parameters', async () => {
    const deployment = { uninstallOutOfScope: true, hideInPrograms: true, ignoreLanguage: false };
    const changes = { deployment: JSON.stringify(deployment), user_settings_disabled: 0 as const };
    const folder = await unpack(rollOut(targets[0]!, changes));
    const guide = textOf(join(folder, 'guide.html'));
    assert.match(guide, /falls out of the scope of management: tick it/);
    assert.match(guide, /Ignore language when deploying this package: leave it unticked/);
    const script = textOf(join(folder, 'roll-out.ps1'));
    assert.match(script, /UserSettingsDisabled = \$false/);
    assert.match(assigned(script, 'Parameters')!, / "ARPSYSTEMCOMPONENT=1"$/);
    assert.match(assigned(script, 'TestParameters')!, /-test_.*\.msi" aaaaaaaaaaaaaaaa-test 1\.2\.3 /);
  });

  it('D1: Intune and SCCM are told to look for what the package writes, and to install the one that is there', async () => {
    const program = join(temporaryFolder(), 'latchkey-endpoint.exe');
    writeFileSync(program, randomBytes(100_000));
    const endpoint = { version: '1.2.3', obstacle: async () => undefined, file: async () => program };
    const config = {
      hub: 'https://hub.example.com',
      hubKey: 'k'.repeat(43),
      group: 'Berlin',
      signature: 's'.repeat(86),
    };
    const token = `lk1.${'a'.repeat(16)}.${'p'.repeat(43)}.${'k'.repeat(43)}`;
    const made = await new MsiWriter(endpoint, temporaryFolder()).compose(JSON.stringify({ ...config, token }));
    const msi = readPackage(Buffer.concat(await (await made.open()).toArray()));
    const folder = await unpack(rollOut(targets[0]!));
    const rule = textOf(join(folder, 'intune/Detect-LatchkeyEndpoint.ps1'));
    const { ProductName, ProductVersion } = propertiesOf(msi);
    assert.ok(rule.includes(`DisplayName -eq '${ProductName}'`));
    assert.ok(rule.includes(`[version] '${ProductVersion}'`));
    assert.deepEqual(columnOf(msi, 'ServiceInstall', 'Name'), [/Get-Service -Name '(\w+)'/.exec(rule)?.[1]]);
    // What is there says so, and ends well; what is not ends otherwise and says nothing.
    assert.match(rule, /Write-Output [^\r]*\r\n {8}exit 0\r\n/);
    assert.match(rule, /\r\nexit 1\r\n$/);
    const [install, uninstall] = textOf(join(folder, 'sccm/command-lines.txt')).split('\r\n');
    const [, file] = /^msiexec\.exe \/i "([^"]+)" \/qn \/norestart \/l\*v "[^"]+"$/.exec(install!) ?? [];
    assert.ok(existsSync(join(folder, 'packages', file!)));
    assert.equal(uninstall, `msiexec.exe /x "${file}" /qn /norestart`);
    const guide = textOf(join(folder, 'guide.html'));
    for (const line of [install!, uninstall!]) assert.ok(guide.includes(line.replaceAll('"', '&quot;')), line);
  });

  it('the same roll-out gives the same bytes again, whenever', async () => {
    const sumOf = async (complete: CompleteRollOut): Promise<string> => {
      const { files } = service(complete, 1000, Buffer.alloc(1000, 7));
      const hash = createHash('sha256');
      for await (const chunk of (await files.make(actor, 'x', 'de')).open()) hash.update(chunk as Buffer);
      return hash.digest('hex');
    };
    const first = await sumOf(rollOut(targets[1]!));
    assert.equal(await sumOf(rollOut(targets[1]!, { changed_at: begun + 1e6, step: 'progress' })), first);
    assert.notEqual(await sumOf(rollOut(targets[1]!, { name: 'Another' })), first);
  });

  it('streams: memory does not grow with the package, and nothing is opened that is not read', async () => {
    const size = 160 * 1024 * 1024;
    const { files, opened } = service(rollOut(targets[0]!), size, Buffer.alloc(64 * 1024, 1));
    const made = await files.make(actor, 'x', 'en');
    assert.ok(made.file.size > 2 * size);
    assert.equal(opened.real, 0);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let [most, read] = [0, 0];
    for await (const chunk of made.open()) {
      read += (chunk as Buffer).length;
      most = Math.max(most, process.memoryUsage.rss());
    }
    assert.equal(read, made.file.size);
    assert.ok(most - before < 100 * 1024 * 1024, `${Math.round((most - before) / 2 ** 20)} MB more`);
  });

  it('ends what it reads from when whoever fetched it hangs up', async () => {
    const { files, opened } = service(rollOut(targets[0]!), 50 * 1024 * 1024, Buffer.alloc(64 * 1024, 1));
    const stream = (await files.make(actor, 'x', 'en')).open();
    for await (const chunk of stream) {
      assert.ok(chunk);
      if (opened.real > 0) break;
    }
    assert.equal(stream.destroyed, true);
  });
});
