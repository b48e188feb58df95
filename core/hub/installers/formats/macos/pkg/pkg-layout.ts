import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, gzipSync } from 'node:zlib';
import type { InstallRecord } from '#protocol/installers.ts';
import { programFolder } from '../../../../program-folder.ts';
import type { FormatContext, VaryingLayout } from '../../format-layout.ts';
import { hashFile } from '../../hash-file.ts';
import type { Packing, UnpackedFile } from '../../payload-cache.ts';
import type { TarEntry } from '../../tar.ts';
import { billOfMaterials, PosixChecksum, type BomEntry } from './bill-of-materials.ts';
import { cpio, cpioBuffer } from './cpio.ts';
import { xar } from './xar.ts';

/*
 * A flat package: a xar of what describes it (`Distribution`, `PackageInfo`, `Bom`), its scripts and its payload, both as
 * gzipped cpio. Apple documents `Distribution` ("Distribution Definition XML Schema"); the rest is as `pkgbuild` makes it.
 */

const identifier = 'latchkey-endpoint';
const component = `${identifier}.pkg`;
/** What Node.js 26 runs on. */
export const oldestSystem = '13.5';

export const cpioPacking: Packing = {
  suffix: '.cpio.gz',
  pack: (entries) => [cpio(entries), createGzip({ level: 6 })],
};

/** A file beside this one. */
export const macosFile = (name: string): string => join(programFolder, 'core/hub/installers/formats/macos/pkg', name);

/** What the package puts onto the computer, as `install.json` names it. */
export const macosRecord = (version: string): InstallRecord => ({
  format: 'pkg',
  version,
  files: ['/usr/local/bin/latchkey-endpoint', '/Library/LaunchDaemons/latchkey-endpoint.plist'],
  root: '',
});

/** @param directories of the payload, parents first */
export const pkgLayout =
  (directories: readonly TarEntry[]) =>
  async ({ payload, version }: FormatContext): Promise<VaryingLayout> => {
    const bom = billOfMaterials([
      ...directories.map(({ path, mode }) => ({ path, mode })),
      ...(await withChecksums(payload.files)),
    ]);
    const sha1 = (await hashFile(payload.file, createHash('sha1'))).digest('hex');
    const bytes = payload.files.reduce((sum, { size }) => sum + size, 0);
    const described = {
      distribution: Buffer.from(distribution(version)),
      info: Buffer.from(packageInfo(version, directories.length + payload.files.length + 1, bytes)),
    };
    const scripts = [
      { path: 'preinstall', mode: 0o755, content: readFileSync(macosFile('preinstall.sh')) },
      { path: 'postinstall', mode: 0o755, content: readFileSync(macosFile('postinstall.sh')) },
      { path: 'install.json', mode: 0o644, content: `${JSON.stringify(macosRecord(version))}\n` },
    ];
    return {
      put(config) {
        const archive = cpioBuffer([...scripts, { path: 'installer.json', mode: 0o600, content: config }]);
        const head = xar([
          { path: 'Distribution', content: described.distribution },
          { path: `${component}/PackageInfo`, content: described.info },
          { path: `${component}/Bom`, content: bom },
          // Not compressed: so its size does not depend on what is in it.
          { path: `${component}/Scripts`, content: gzipSync(archive, { level: 0 }) },
          { path: `${component}/Payload`, content: { size: payload.size, sha1 } },
        ]);
        return { head, tail: Buffer.alloc(0) };
      },
    };
  };

async function withChecksums(files: readonly UnpackedFile[]): Promise<BomEntry[]> {
  const entries: BomEntry[] = [];
  for (const { path, mode, size, source } of files) {
    const checksum = new PosixChecksum();
    for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) checksum.update(chunk);
    entries.push({ path, mode, content: { size, checksum: checksum.digest() } });
  }
  return entries;
}

const distribution = (version: string): string => `<?xml version="1.0" encoding="utf-8"?>
<installer-gui-script minSpecVersion="2">
    <title>Latchkey Endpoint</title>
    <options customize="never" require-scripts="false" hostArchitectures="arm64,x86_64"/>
    <domains enable_anywhere="false" enable_currentUserHome="false" enable_localSystem="true"/>
    <volume-check><allowed-os-versions><os-version min="${oldestSystem}"/></allowed-os-versions></volume-check>
    <choices-outline><line choice="default"><line choice="${identifier}"/></line></choices-outline>
    <choice id="default"/>
    <choice id="${identifier}" visible="false"><pkg-ref id="${identifier}"/></choice>
    <pkg-ref id="${identifier}" version="${version}" onConclusion="none">#${component}</pkg-ref>
</installer-gui-script>
`;

/** Folders that are there already keep their permissions. */
const packageInfo = (version: string, files: number, bytes: number): string => `<?xml version="1.0" encoding="utf-8"?>
<pkg-info format-version="2" identifier="${identifier}" version="${version}" install-location="/" auth="root" overwrite-permissions="false" relocatable="false" postinstall-action="none">
    <payload numberOfFiles="${files}" installKBytes="${Math.ceil(bytes / 1024)}"/>
    <scripts>
        <preinstall file="./preinstall"/>
        <postinstall file="./postinstall"/>
    </scripts>
</pkg-info>
`;
