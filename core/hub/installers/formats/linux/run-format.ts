import { gzipSync } from 'node:zlib';
import type { FormatContext, FormatLayout } from '../format-layout.ts';
import { configLength } from '../format-layout.ts';
import { openTarBuffer, tarEnd } from '../tar.ts';
import { machineOf } from './machine.ts';
import { script } from './shell-scripts.ts';

/*
 * A self-extracting installer in the manner of makeself (https://makeself.io): a POSIX shell script, and behind it, in
 * the same file, what it unpacks. The last line is the SHA-256 of all before it, which the script checks first.
 */

export async function runLayout({ payload, version, architecture }: FormatContext): Promise<FormatLayout> {
  const machine = machineOf(architecture);
  if (!machine) throw new RangeError(`No installers are made for "${architecture}".`);
  const own = await openTarBuffer([
    { path: 'usr/', mode: 0o755 },
    { path: 'usr/local/', mode: 0o755 },
    { path: 'usr/local/bin/', mode: 0o755 },
    { path: 'usr/local/bin/latchkey-endpoint', mode: 0o755, content: script('command.sh') },
    { path: 'etc/', mode: 0o755 },
    { path: 'etc/systemd/', mode: 0o755 },
    { path: 'etc/systemd/system/', mode: 0o755 },
    {
      path: 'etc/systemd/system/latchkey-endpoint.service',
      mode: 0o644,
      content: script('latchkey-endpoint.service'),
    },
  ]);
  const afterPayload = gzipSync(Buffer.concat([own, tarEnd]));
  const head = headOf({
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
function headOf(places: Readonly<Record<string, string>>): Buffer {
  let length = 0;
  for (let attempt = 0; attempt < 5; attempt++) {
    const head = Buffer.from(script('run.sh', { ...places, HEADER: String(length) }));
    if (head.length === length) return head;
    length = head.length;
  }
  throw new Error('The script never fits its own length.');
}
