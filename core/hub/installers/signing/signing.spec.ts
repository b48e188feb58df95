import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { before, describe, it } from 'node:test';
import { NtExecutable } from 'resedit';
import { needTools } from '#core/testing/debian-tools.ts';
import { copyProgram } from '#core/endpoint/program/carried-signature.ts';
import { readOverlay } from '#core/endpoint/program/overlay.ts';
import { failsWith, until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import type { InstallerArtefact } from '../formats/installer-composer.ts';
import { checkPackage } from '../formats/windows/msi/check-package.ts';
import { readPackage } from '../formats/windows/msi/read-package.ts';
import { ExeWriter } from '../exe-writer.ts';
import { MsiWriter } from '../msi-writer.ts';
import { ArtefactSigner } from './artefact-signer.ts';
import { wordsOf } from './command-line.ts';
import { SignedProgram } from './signed-program.ts';

const formats = ['msi', 'exe'] as const;

describe('Signing', () => {
  const artefactOf = (content: Buffer): InstallerArtefact => ({
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    open: () => Promise.resolve(Readable.from([content], { objectMode: false })),
  });
  const read = async (artefact: InstallerArtefact): Promise<Buffer> => {
    const bytes = Buffer.concat(await (await artefact.open()).toArray());
    assert.equal(bytes.length, artefact.size);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), artefact.sha256);
    return bytes;
  };
  const signerOf = (command: string, limit?: number, folder = join(temporaryFolder(), 'a folder')) => ({
    signer: new ArtefactSigner({ command, formats, folder, limit }),
    folder,
  });

  describe('with osslsigncode and a self-signed certificate', () => {
    const folder = temporaryFolder();
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const sign = `osslsigncode sign -certs '${certificate}' -key '${key}' -in {in} -out {out}`;
    before(() => {
      needTools({ osslsigncode: 'osslsigncode', openssl: 'openssl' });
      const subject = ['-subj', '/CN=Latchkey test', '-addext', 'extendedKeyUsage=codeSigning'];
      const request = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        certificate,
      ];
      execFileSync('openssl', [...request, ...subject], { stdio: 'pipe' });
    });

    it('I3: an MSI is handed out signed, verifies, and is the same package', async () => {
      const source = join(folder, 'latchkey-endpoint.exe');
      writeFileSync(source, randomBytes(9_000_000));
      const endpoint = {
        version: '1.2.3',
        obstacle: () => Promise.resolve(undefined),
        file: () => Promise.resolve(source),
      };
      const token = `lk1.${'a'.repeat(16)}.${'b'.repeat(43)}.${'c'.repeat(43)}`;
      const config = { hub: 'https://h.example', hubKey: 'c'.repeat(43), token, group: 'Bürö', signature: 's' };
      const unsigned = await new MsiWriter(endpoint, join(folder, 'cache')).compose(JSON.stringify(config));
      const { signer } = signerOf(sign);
      const signed = await signer.sign(unsigned, 'msi', 'endpoint.msi');
      const bytes = await read(signed);
      const file = join(folder, 'signed.msi');
      writeFileSync(file, bytes);
      const said = execFileSync('osslsigncode', ['verify', '-in', file, '-CAfile', certificate], { encoding: 'utf8' });
      assert.match(said, /Signature verification: ok/);
      const [before_, after_] = [readPackage(await read(unsigned)), readPackage(bytes)];
      for (const [name, content] of before_.streams) assert.ok(after_.streams.get(name)?.equals(content), name);
      assert.deepEqual(checkPackage(bytes), []);
    });

    it('I3: an EXE is handed out signed, verifies, and the program still finds its configuration', async () => {
      const source = join(folder, 'program.exe');
      const program = Buffer.from(NtExecutable.createEmpty(false, false).generate());
      writeFileSync(source, program);
      const endpoint = {
        version: '1.2.3',
        obstacle: () => Promise.resolve(undefined),
        file: () => Promise.resolve(source),
      };
      const config = JSON.stringify({ group: 'Bürö', token: 'lk1.a' });
      const unsigned = await new ExeWriter(endpoint).compose(config);
      const { signer } = signerOf(sign);
      const bytes = await read(await signer.sign(unsigned, 'exe', 'endpoint.exe'));
      const file = join(folder, 'signed.exe');
      writeFileSync(file, bytes);
      const verify = ['verify', '-in', file, '-CAfile', certificate];
      assert.match(execFileSync('osslsigncode', verify, { encoding: 'utf8' }), /Signature verification: ok/);
      const overlay = await readOverlay(file);
      assert.equal(overlay?.config.trimEnd(), config);
      assert.equal(overlay.programSize % 8, 0);
      // Nothing of it is another one, but for what its head says of the signature.
      const before_ = await read(unsigned);
      const changed = [...before_.keys()].filter((at) => before_[at] !== bytes[at]);
      assert.ok(changed.length <= 12 && changed.every((at) => at < 512), changed.join());
      // Changed afterwards, it is no longer what was signed.
      bytes.write('x', bytes.indexOf('lk1.a'));
      writeFileSync(file, bytes);
      assert.throws(() => execFileSync('osslsigncode', verify, { stdio: 'pipe' }));
    });

    it('I3: the program itself is signed once, for the MSI; an EXE carries that signature for what it installs', async () => {
      const own = temporaryFolder();
      const program = join(own, `endpoint-${'0'.repeat(64)}.exe`);
      const made = Buffer.from(NtExecutable.createEmpty(false, false).generate());
      const unsigned = Buffer.concat([made, Buffer.alloc((8 - (made.length % 8)) % 8)]);
      writeFileSync(program, unsigned);
      const endpoint = {
        version: '1.2.3',
        obstacle: () => Promise.resolve(undefined),
        file: () => Promise.resolve(program),
      };
      const { signer } = signerOf(sign);
      let signings = 0;
      const counting = new Proxy(signer, {
        get: (target, name: 'sign') => {
          if (name === 'sign') signings++;
          return target[name].bind(target);
        },
      });
      const verify = (file: string): string =>
        execFileSync('osslsigncode', ['verify', '-in', file, '-CAfile', certificate], { encoding: 'utf8' });
      const make = (command = sign): SignedProgram => new SignedProgram(endpoint, counting, command, join(own, 'kept'));
      const programs = make();
      const [signed, again] = await Promise.all([programs.signed.file(), programs.signed.file()]);
      assert.equal(signed, again);
      assert.match(verify(signed), /Signature verification: ok/);
      // Another start of the hub finds it; another command signs anew.
      assert.equal(await make().signed.file(), signed);
      assert.equal(signings, 1);
      await make(`${sign} -h sha384`).signed.file();
      assert.equal(signings, 2);

      const config = JSON.stringify({ group: 'Bürö', token: 'lk1.a' });
      const installer = await new ExeWriter(programs.carrying).compose(config);
      const outer = join(own, 'outer.exe');
      writeFileSync(outer, await read(await signer.sign(installer, 'exe', 'endpoint.exe')));
      assert.match(verify(outer), /Signature verification: ok/);
      const overlay = await readOverlay(outer);
      assert.equal(overlay?.config.trimEnd(), config);
      const installed = join(own, 'installed.exe');
      await copyProgram(outer, overlay.programSize, installed);
      assert.ok(readFileSync(installed).equals(readFileSync(await programs.signed.file())));
      assert.match(verify(installed), /Signature verification: ok/);

      // Without one, what was signed as a whole leaves no trace of that.
      const plain = join(own, 'plain.exe');
      writeFileSync(
        plain,
        await read(await signer.sign(await new ExeWriter(endpoint).compose(config), 'exe', 'x.exe')),
      );
      await copyProgram(plain, (await readOverlay(plain))?.programSize ?? 0, installed);
      const bare = readFileSync(installed);
      const header = bare.readUInt32LE(60) + 24;
      const directory = header + (bare.readUInt16LE(header) === 0x20b ? 112 : 96) + 32;
      assert.deepEqual([bare.readUInt32LE(directory), bare.readUInt32LE(directory + 4)], [0, 0]);
    });

    it('a wrong key is said, and nothing is handed out', async () => {
      const { signer, folder: own } = signerOf(sign.replace(key, join(folder, 'nowhere.pem')));
      const artefact = artefactOf(Buffer.from('x'));
      await assert.rejects(signer.sign(artefact, 'msi', 'x.msi'), failsWith('installer.signingFailed'));
      assert.deepEqual(readdirSync(own), []);
    });
  });

  for (const format of ['pkg', 'deb', 'run'] as const) {
    it(`I3: whatever the format, the command is given the file under its ending (${format})`, async () => {
      const folder = join(temporaryFolder(), 'signed');
      const command = `sh -c 'cat "$1" >"$2" && printf "signed:%s" "\${1##*.}" >>"$2"' - {in} {out}`;
      const signer = new ArtefactSigner({ command, formats: [format], folder });
      assert.deepEqual([signer.signs(format), signer.signs('exe')], [true, false]);
      const bytes = await read(await signer.sign(artefactOf(Buffer.from('an installer, ')), format, 'a'));
      assert.equal(bytes.toString(), `an installer, signed:${format}`);
    });
  }

  it('signs once: what was announced is what is fetched', async () => {
    const { signer } = signerOf(`sh -c 'head -c 8 /dev/urandom >>"$1"' - {file}`);
    const artefact = artefactOf(Buffer.from('an installer'));
    const [one, two] = await Promise.all([signer.sign(artefact, 'exe', 'a'), signer.sign(artefact, 'exe', 'a')]);
    assert.equal(one.sha256, two.sha256);
    const later = await signer.sign(artefact, 'exe', 'a');
    assert.ok((await read(later)).equals(await read(one)));
    assert.equal(one.size, artefact.size + 8);
  });

  it('fills in the places as single words, which no shell reads', async () => {
    const folder = temporaryFolder();
    const note = join(folder, 'note');
    const { signer } = signerOf(`sh -c 'printf "%s\\n" "$@" >${note}' - {format} "{name}" '{file}'`);
    await signer.sign(artefactOf(Buffer.from('x')), 'exe', `"; touch ${folder}/hacked; '$(id)`);
    const [format, name, file] = readFileSync(note, 'utf8').split('\n');
    assert.equal(format, 'exe');
    assert.equal(name, `"; touch ${folder}/hacked; '$(id)`);
    assert.match(file!, /unsigned\.exe$/);
    assert.equal(existsSync(join(folder, 'hacked')), false);
  });

  it('a command that fails, is missing, or makes no file is said with its reason', async () => {
    for (const [command, reason] of [
      [`sh -c 'echo "no such token" >&2; exit 2'`, /no such token/],
      ['/nowhere/sign {file}', /ENOENT/],
      ['true {in} {out}', /ENOENT/],
      [`sign "{file}`, /quote/],
    ] as const) {
      const { signer, folder } = signerOf(command);
      await assert.rejects(
        signer.sign(artefactOf(Buffer.from('x')), 'exe', 'x'),
        (error: { args: { reason: string } }) => {
          assert.match(error.args.reason, reason);
          return failsWith('installer.signingFailed')(error);
        },
      );
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  it('a command that takes too long ends with all that it started', async () => {
    const folder = temporaryFolder();
    const { signer, folder: own } = signerOf(`sh -c 'sleep 60 & echo $! >${folder}/child; wait'`, 1);
    await assert.rejects(signer.sign(artefactOf(Buffer.from('x')), 'exe', 'x'), failsWith('installer.signingTimedOut'));
    assert.deepEqual(readdirSync(own), []);
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await until(() => !isRunning(child));
  });

  it('splits a command as a shell does', () => {
    assert.deepEqual(wordsOf(`a 'b c' "d \\" e" f\\ g h'i'"j" ''`), ['a', 'b c', 'd " e', 'f g', 'hij', '']);
    assert.throws(() => wordsOf(`a 'b`), RangeError);
  });
});

function isRunning(process_: number): boolean {
  try {
    // A zombie that nobody has waited for is none that runs.
    return !/\) Z /.test(readFileSync(`/proc/${process_}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
