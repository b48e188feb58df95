import { gzipSync } from 'node:zlib';
import { arHeader, arMagic, arMember, arPadding } from '../ar.ts';
import { configLength, type FormatContext, type FormatLayout } from '../format-layout.ts';
import { openTarBuffer, packedAt, tarEnd, type TarEntry } from '../tar.ts';
import { machineOf } from './machine.ts';
import { script } from '../unix/shell-scripts.ts';

/*
 * A Debian binary package: https://manpages.debian.org/bookworm/dpkg-dev/deb.5.en.html. The data archive is the last
 * member and the configuration the last file in it, in a gzip member of its own: RFC 1952 lets members follow each other.
 */

const modified = Math.floor(packedAt.getTime() / 1000);
const packageName = 'latchkey-endpoint';

export async function debLayout({ payload, version, architecture }: FormatContext): Promise<FormatLayout> {
  const machine = machineOf(architecture);
  if (!machine) throw new RangeError(`No installers are made for "${architecture}".`);
  const afterPayload = gzipSync(await openTarBuffer(ownFiles(version)));
  const empty = await configMember(Buffer.alloc(configLength, ' '));
  const dataLength = payload.size + afterPayload.length + empty.length;
  const control = await controlArchive(version, machine.debian, payload.size);
  const head = Buffer.concat([
    arMagic,
    arMember('debian-binary', Buffer.from('2.0\n'), modified),
    arMember('control.tar.gz', control, modified),
    arHeader('data.tar.gz', dataLength, modified),
  ]);
  const template = await openTarBuffer([configEntry(Buffer.alloc(configLength, ' '))]);
  return {
    head,
    afterPayload,
    tail(config) {
      const archive = Buffer.from(template);
      config.copy(archive, archive.length - configLength);
      const member = store(Buffer.concat([archive, tarEnd]));
      if (member.length !== empty.length) throw new Error('deb: the configuration changed the size of the package');
      return Buffer.concat([member, arPadding(dataLength)]);
    },
  };
}

function ownFiles(version: string): TarEntry[] {
  const unit = '/usr/lib/systemd/system/latchkey-endpoint.service';
  const menu = '/usr/share/applications/latchkey-endpoint.desktop';
  const record = { format: 'deb', version, root: '', files: ['/usr/bin/latchkey-endpoint', unit, menu] };
  return [
    { path: 'opt/latchkey-endpoint/install.json', mode: 0o644, content: `${JSON.stringify(record)}\n` },
    { path: 'usr/', mode: 0o755 },
    { path: 'usr/bin/', mode: 0o755 },
    { path: 'usr/bin/latchkey-endpoint', mode: 0o755, content: script('command.sh') },
    { path: 'usr/lib/', mode: 0o755 },
    { path: 'usr/lib/systemd/', mode: 0o755 },
    { path: 'usr/lib/systemd/system/', mode: 0o755 },
    { path: unit.slice(1), mode: 0o644, content: script('latchkey-endpoint.service') },
    { path: 'usr/share/', mode: 0o755 },
    { path: 'usr/share/applications/', mode: 0o755 },
    {
      path: menu.slice(1),
      mode: 0o644,
      content: script('latchkey-endpoint.desktop').replaceAll('/usr/local/bin', '/usr/bin'),
    },
  ];
}

function controlArchive(version: string, debianArchitecture: string, payloadSize: number): Promise<Buffer> {
  const control = [
    `Package: ${packageName}`,
    `Version: ${version}`,
    `Architecture: ${debianArchitecture}`,
    'Maintainer: Latchkey <latchkey@localhost>',
    // Kibibytes; the payload is about a third of what it unpacks to.
    `Installed-Size: ${Math.ceil((payloadSize * 3) / 1024)}`,
    'Depends: libc6 (>= 2.28), libstdc++6, libatomic1',
    'Section: admin',
    'Priority: optional',
    'Description: Unattended remote support by your technicians',
    ' The Latchkey endpoint keeps this computer reachable for the technicians of its',
    ' device group.',
    '',
  ].join('\n');
  return openTarBuffer([
    { path: 'control', mode: 0o644, content: control },
    { path: 'postinst', mode: 0o755, content: script('postinst.sh', { VERSION: version }) },
    { path: 'prerm', mode: 0o755, content: script('prerm.sh') },
    { path: 'postrm', mode: 0o755, content: script('postrm.sh') },
  ]).then((archive) => gzipSync(Buffer.concat([archive, tarEnd])));
}

const configEntry = (config: Buffer): TarEntry => ({
  path: 'opt/latchkey-endpoint/installer.json',
  mode: 0o600,
  content: config,
});

/** Not compressed: so its size does not depend on what is in it. */
const store = (data: Buffer): Buffer => gzipSync(data, { level: 0 });
const configMember = async (config: Buffer): Promise<Buffer> =>
  store(Buffer.concat([await openTarBuffer([configEntry(config)]), tarEnd]));
