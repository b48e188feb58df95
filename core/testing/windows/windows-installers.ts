import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localDemoHub } from '#core/cli/demo/local-demo-hub.ts';
import type { HubOptions } from '#core/hub/hub-options.ts';
import type { Device } from '#protocol/devices.ts';
import { installerRequests, type InstallerFormat } from '#protocol/installers.ts';
import { needTools } from '../debian-tools.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { signIn, startTestHub, type TestHub } from '../test-hub.ts';
import { keptRuntimes } from './wine.ts';

/** A real hub whose installers for Windows carry the real runtime, which is fetched once for all runs. */
export interface WindowsInstallers {
  readonly hub: TestHub;
  /** Of all groups. */
  devices(): Promise<readonly Device[]>;
  /** Generates an installer for a group and fetches its file, as the workbench does. */
  generate(format: InstallerFormat, group: string): Promise<GeneratedFile>;
  /** Fetches the package that a roll-out is tried with. */
  fetchTest(installer: string, format: InstallerFormat): Promise<string>;
}

export interface GeneratedFile {
  readonly installer: string;
  /** Of the device group. */
  readonly group: string;
  readonly token: string;
  readonly file: string;
}

/** @param options of the hub */
export async function startWindowsInstallers(options: Partial<HubOptions> = {}): Promise<WindowsInstallers> {
  const data = temporaryFolder();
  mkdirSync(keptRuntimes, { recursive: true });
  mkdirSync(join(data, 'installers'));
  symlinkSync(keptRuntimes, join(data, 'installers/runtimes'));
  const hub = await startTestHub({ data, ...options });
  const { rpc } = await hub.workbench();
  const folder = temporaryFolder();
  const groups = new Map<string, string>();
  let count = 0;

  async function groupOf(name: string): Promise<string> {
    const group = groups.get(name) ?? (await localDemoHub(hub).createGroup(name)).id;
    groups.set(name, group);
    return group;
  }

  async function fetchFile(installer: string, format: InstallerFormat, test: boolean): Promise<string> {
    const params = { installer, format, ...(test && { test }) };
    const { path, size, sha256 } = await rpc.request(installerRequests.prepare, params, { timeout: 300 });
    const answer = await fetch(`${hub.url}${path}`, { headers: { cookie: await signIn(hub.url) } });
    const content = Buffer.from(await answer.arrayBuffer());
    assert.equal(content.length, size);
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    const file = join(folder, `${++count}.${format}`);
    writeFileSync(file, content);
    return file;
  }

  return {
    hub,
    devices: () => localDemoHub(hub).devices(),
    async generate(format, name) {
      const group = await groupOf(name);
      const wanted = { group, name: null, limit: 5, expiresAt: null };
      const { installer, token } = await rpc.request(installerRequests.generate, wanted);
      return { installer: installer.id, group, token, file: await fetchFile(installer.id, format, false) };
    },
    fetchTest: (installer, format) => fetchFile(installer, format, true),
  };
}

/** A copy of a file, signed with a certificate of its own, as an administrator's command would have it signed. */
export function signedCopy(file: string): string {
  const signed = join(temporaryFolder(), basename(file));
  const { sign, verify } = selfSigning();
  run('sh', '-c', sign.replace('{in}', '"$1"').replace('{out}', '"$2"'), 'sh', file, signed);
  verify(signed);
  return signed;
}

/** A command that signs with a certificate of its own, as hubs take it, and what checks such a signature. */
export function selfSigning(): { readonly sign: string; verify(file: string): void } {
  needTools({ osslsigncode: 'osslsigncode', openssl: 'openssl' });
  const folder = temporaryFolder();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Latchkey test'];
  run('openssl', ...request, '-addext', 'extendedKeyUsage=codeSigning', '-keyout', key, '-out', certificate);
  return {
    sign: `osslsigncode sign -certs '${certificate}' -key '${key}' -in {in} -out {out}`,
    verify: (file) =>
      assert.match(run('osslsigncode', 'verify', '-in', file, '-CAfile', certificate), /Signature verification: ok/),
  };
}

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });

/** Waits until it is so; what a service does, it does after its start. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 40_000; Date.now() < end; await delay(250)) if (await condition()) return;
  assert.fail(`It never came to this: ${what}`);
}
