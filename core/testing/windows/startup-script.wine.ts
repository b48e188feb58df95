import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { testMsi } from '#core/hub/installers/formats/windows/msi/msi-layout.ts';
import { startupScript } from '#core/hub/roll-outs/files/startup-script.ts';
import { startWine, type Wine } from './wine.ts';

/** Characters that the command processor, or a code page, might stumble over. */
const place = `Soft & ware$\\Büro 'Süd' ^(1) 中文 !x!`;

/**
 * What computers run when they start, in Wine's own command processor and Windows Installer. The package is the one that a roll-out
 * is tried with: it brings no service, as if the endpoint had been removed.
 */
describe('The startup script of a roll-out', () => {
  let wine: Wine;
  let share: string;
  const rollOut = 'aaaaaaaaaaaaaaaa';

  before(() => {
    wine = startWine();
    share = join(wine.drive, ...place.split('\\'));
    mkdirSync(share, { recursive: true });
  });

  const system = (program: string): string => join(wine.drive, 'windows/system32', program);
  const installed = (): boolean =>
    existsSync(join(wine.drive, 'Program Files/Latchkey Endpoint Test/about-this-test.txt'));
  const packageOf = (version: string): string => {
    const name = `latchkey-endpoint_${version}.msi`;
    writeFileSync(join(share, name), testMsi(version));
    return `C:\\${place}\\${name}`;
  };
  /** As the policy runs it: by the parameters that stand in `scripts.ini`. */
  async function start(file: string, version: string, { test = false, hideInPrograms = false } = {}): Promise<number> {
    const { fileName, content, parameters } = startupScript({ package: file, rollOut, version, test, hideInPrograms });
    writeFileSync(join(wine.drive, fileName), content, 'latin1');
    // Wine puts the quotation marks around them again.
    const words = parameters.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ''));
    const { code } = await wine.run(system('cmd.exe'), '/c', `C:\\${fileName}`, ...words);
    return code;
  }
  const known = async (name = rollOut): Promise<string | undefined> => {
    const { out } = await wine.run(
      system('reg.exe'),
      'query',
      'HKLM\\SOFTWARE\\Latchkey\\RollOuts',
      '/v',
      name,
      '/reg:64',
    );
    return /REG_SZ\s+(\S+)/.exec(out)?.[1];
  };
  const remove = async (file: string): Promise<void> => {
    assert.equal((await wine.run(system('msiexec.exe'), '/x', file, '/qn')).code, 0);
    assert.equal(installed(), false);
  };

  it('D10 D11: installs the package, whatever its folder is called, and remembers the version', async () => {
    const file = packageOf('1.2.3');
    assert.equal(await start(file, '1.2.3'), 0);
    assert.ok(installed());
    assert.equal(await known(), '1.2.3');
  });

  it('does nothing at the next start, nor after somebody has removed it', async () => {
    const file = packageOf('1.2.3');
    assert.equal(await start(file, '1.2.3'), 0);
    await remove(file);
    assert.equal(await start(file, '1.2.3'), 0);
    assert.equal(installed(), false);
    assert.equal(await start(packageOf('1.2.4'), '1.2.4'), 0);
    assert.equal(installed(), false, 'it comes back by itself with a newer version');
  });

  it('D4: the test package has a memory of its own', async () => {
    const file = packageOf('1.2.3');
    assert.equal(await start(file, '1.2.3', { test: true }), 0);
    assert.ok(installed());
    assert.equal(await known(`${rollOut}-test`), '1.2.3');
    await remove(file);
  });

  it('D11: a package that does not install ends with the installer’s own code, and is tried again at the next start', async () => {
    const file = packageOf('1.2.5');
    writeFileSync(join(share, 'latchkey-endpoint_1.2.5.msi'), 'no package');
    assert.notEqual(await start(file, '1.2.5', { test: true }), 0);
    assert.equal(await known(`${rollOut}-test`), '1.2.3');
    packageOf('1.2.5');
    assert.equal(await start(file, '1.2.5', { test: true, hideInPrograms: true }), 0);
    assert.ok(installed());
    assert.equal(await known(`${rollOut}-test`), '1.2.5');
  });
});
