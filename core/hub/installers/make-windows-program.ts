import { readFileSync, writeFileSync } from 'node:fs';
import { seaBlob } from './formats/windows/sea-blob.ts';
import { windowsProgram } from './formats/windows/windows-program.ts';

/** What this process is told on its standard input: files of this machine. */
export interface WindowsProgramOrder {
  readonly runtime: string;
  readonly endpoint: string;
  readonly icon: string;
  /** What the program carries, by name. */
  readonly carried: readonly (readonly [name: string, file: string])[];
  readonly version: string;
  readonly target: string;
}

// A process of its own: the program passes through memory several times, and that memory goes with the process.
const order = JSON.parse(readFileSync(0, 'utf8')) as WindowsProgramOrder;
const carried = new Map(order.carried.map(([name, file]) => [name, readFileSync(file)]));
// The program learns here what it carries.
carried.set('files.json', Buffer.from(JSON.stringify([...carried.keys()])));
const program = windowsProgram({
  runtime: readFileSync(order.runtime),
  blob: seaBlob(readFileSync(order.endpoint), carried),
  icon: readFileSync(order.icon),
  version: order.version,
});
writeFileSync(order.target, program, { flag: 'wx', mode: 0o600 });
