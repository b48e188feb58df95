import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { temporaryFolder } from '../temporary-folder.ts';
import { whenDone } from '../when-done.ts';

/** A customer's computer: a browser of its own, a folder that stands for `/`, and the files that it downloads. */
export interface CustomerComputer {
  readonly context: BrowserContext;
  /** Where things are installed. */
  readonly root: string;
  /** `/join` with the key of an invitation; downloads the customer app. */
  downloadByKey(hub: string, key: string): Promise<string>;
  /** `/unattended`; downloads the customer app. */
  downloadFromPortal(hub: string): Promise<string>;
  /** Runs what was downloaded, as the page says to, and opens the page that the app opens. */
  run(file: string): Promise<CustomerApp>;
  /** Opens the page of the installed endpoint. */
  openInstalled(): Promise<Page>;
  /** Files below the root, relative. */
  files(): string[];
}

export interface CustomerApp {
  readonly page: Page;
  readonly process: ChildProcess;
  /** What it has written so far. */
  output(): string;
  /** Its exit code. */
  readonly exited: Promise<number | null>;
}

export async function customerComputer(browser: Browser): Promise<CustomerComputer> {
  const root = temporaryFolder();
  const downloads = temporaryFolder();
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1100, height: 800 } });
  const installed = join(root, 'usr/local/bin/latchkey-endpoint');
  whenDone(async () => {
    if (existsSync(installed)) await finished(spawn(installed, ['stop'], { stdio: 'ignore' }));
  });

  /** A browser as the system would start it: it leaves behind what it was asked to open. */
  const browserCommand = (): { readonly path: string; readonly opened: () => Promise<string> } => {
    const folder = temporaryFolder();
    const path = join(folder, 'browser');
    const told = join(folder, 'address');
    // The file that it is given is deleted once it has been used: its content is what a browser would have read.
    writeFileSync(path, `#!/bin/sh\ncp "\${1#file://}" "${told}.part" && mv "${told}.part" "${told}"\n`);
    chmodSync(path, 0o755);
    return {
      path,
      async opened() {
        for (let waited = 0; waited < 60_000; waited += 100) {
          if (existsSync(told)) return /url=(http[^"]+)"/.exec(readFileSync(told, 'utf8'))![1]!;
          await delay(100);
        }
        return assert.fail('The customer app has opened no page');
      },
    };
  };
  const start = (program: string, args: readonly string[], env: Record<string, string>) => {
    let output = '';
    const child = spawn(program, args, {
      env: { ...process.env, LANG: 'C', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
    const exited = finished(child);
    whenDone(async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
    });
    return { child, exited, output: () => output };
  };
  const save = async (page: Page, button: string): Promise<string> => {
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 90_000 }),
      page
        .getByRole('button', { name: button })
        .or(page.getByRole('link', { name: button }))
        .first()
        // The first file takes a busy machine a while to make.
        .click({ timeout: 90_000 }),
    ]);
    const file = join(downloads, download.suggestedFilename());
    await download.saveAs(file);
    await page.close();
    return file;
  };

  return {
    context,
    root,
    async downloadByKey(hub, key) {
      const page = await context.newPage();
      await page.goto(`${hub}/join#${key}`);
      await page.getByRole('button', { name: 'Join' }).click();
      return save(page, 'Download the customer app');
    },
    async downloadFromPortal(hub) {
      const page = await context.newPage();
      await page.goto(`${hub}/unattended`);
      return save(page, 'Set up unattended support');
    },
    async run(file) {
      const command = browserCommand();
      const { child, exited, output } = start('sh', [file, '--root', root], { BROWSER: command.path });
      const address = await Promise.race([
        command.opened(),
        exited.then((code) => assert.fail(`The customer app ended with ${code}: ${output()}`)),
      ]);
      const page = await context.newPage();
      await page.goto(address);
      return { page, process: child, output, exited };
    },
    async openInstalled() {
      const command = browserCommand();
      const { exited, output } = start(installed, ['open'], { BROWSER: command.path });
      exited.then((code) => code === 0 || assert.fail(output())).catch(() => {});
      const page = await context.newPage();
      await page.goto(await command.opened());
      return page;
    },
    files: () => filesBelow(root),
  };
}

async function finished(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** A folder that vanishes while it is read is one that is still being emptied: it is read once more. */
function filesBelow(folder: string): string[] {
  for (;;) {
    try {
      if (!existsSync(folder)) return [];
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
