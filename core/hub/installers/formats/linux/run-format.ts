import { gzipSync } from 'node:zlib';
import type { FormatContext, FormatLayout } from '../format-layout.ts';
import { configLength } from '../format-layout.ts';
import { openTarBuffer, tarEnd, type TarEntry } from '../tar.ts';
import { machineOf } from './machine.ts';
import { script, type ScriptName } from './shell-scripts.ts';

/*
 * Self-extracting files in the manner of makeself (https://makeself.io): a POSIX shell script, and behind it, in the same
 * file, what it unpacks. The last line is the SHA-256 of all before it, which the script checks first.
 */

/** The installer. */
export const runLayout = (context: FormatContext): Promise<FormatLayout> =>
  selfExtracting('run.sh', outsideTheProgram(), context);

/** The customer app, which installs nothing by itself but can. */
export const customerAppLayout = (context: FormatContext): Promise<FormatLayout> =>
  selfExtracting(
    'customer-app.sh',
    [
      ...outsideTheProgram(),
      { path: 'install.sh', mode: 0o755, content: script('install.sh', { VERSION: context.version }) },
    ],
    context,
  );

/** What is installed outside the program's own folder. */
function outsideTheProgram(): TarEntry[] {
  return [
    { path: 'usr/', mode: 0o755 },
    { path: 'usr/local/', mode: 0o755 },
    { path: 'usr/local/bin/', mode: 0o755 },
    { path: 'usr/local/bin/latchkey-endpoint', mode: 0o755, content: script('command.sh') },
    { path: 'usr/local/share/', mode: 0o755 },
    { path: 'usr/local/share/applications/', mode: 0o755 },
    {
      path: 'usr/local/share/applications/latchkey-endpoint.desktop',
      mode: 0o644,
      content: script('latchkey-endpoint.desktop'),
    },
    { path: 'etc/', mode: 0o755 },
    { path: 'etc/systemd/', mode: 0o755 },
    { path: 'etc/systemd/system/', mode: 0o755 },
    {
      path: 'etc/systemd/system/latchkey-endpoint.service',
      mode: 0o644,
      content: script('latchkey-endpoint.service'),
    },
  ];
}

async function selfExtracting(
  name: ScriptName,
  files: readonly TarEntry[],
  { payload, version, architecture }: FormatContext,
): Promise<FormatLayout> {
  const machine = machineOf(architecture);
  if (!machine) throw new RangeError(`No installers are made for "${architecture}".`);
  const own = await openTarBuffer(files);
  const afterPayload = gzipSync(Buffer.concat([own, tarEnd]));
  const head = headOf(name, {
    VERSION: version,
    MACHINE: machine.uname,
    PAYLOAD: String(payload.size + afterPayload.length),
    CONFIG: String(configLength),
  });
  return {
    head,
    afterPayload,
    tail: (config, prefix) => Buffer.concat([config, Buffer.from(`${prefix.copy().update(config).digest('hex')}\n`)]),
  };
}

/** The script names its own length: found by filling it in until it fits. */
function headOf(name: ScriptName, places: Readonly<Record<string, string>>): Buffer {
  let length = 0;
  for (let attempt = 0; attempt < 5; attempt++) {
    const head = Buffer.from(script(name, { ...places, HEADER: String(length) }));
    if (head.length === length) return head;
    length = head.length;
  }
  throw new Error('The script never fits its own length.');
}
