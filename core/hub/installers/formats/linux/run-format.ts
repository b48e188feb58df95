import type { FormatContext, FormatLayout } from '../format-layout.ts';
import type { TarEntry } from '../tar.ts';
import { selfExtracting } from '../unix/self-extracting.ts';
import { script } from '../unix/shell-scripts.ts';
import { machineOf } from './machine.ts';

/** The installer. */
export const runLayout = (context: FormatContext): Promise<FormatLayout> =>
  ofMachine('run.sh', outsideTheProgram(), context);

/** The customer app, which installs nothing by itself but can. */
export const customerAppLayout = (context: FormatContext): Promise<FormatLayout> =>
  ofMachine(
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

function ofMachine(
  name: 'run.sh' | 'customer-app.sh',
  files: readonly TarEntry[],
  context: FormatContext,
): Promise<FormatLayout> {
  const machine = machineOf(context.architecture);
  if (!machine) throw new RangeError(`No installers are made for "${context.architecture}".`);
  const own = { VERSION: context.version, MACHINE: machine.uname, SYSTEM: `Linux, ${machine.uname}` };
  return selfExtracting((places) => script(name, { ...places, ...own }), files, context);
}
