// `npm run test:domain`: a real Active Directory domain, by Samba, and the tests that change it. All of it runs in a network, a
// process and a mount namespace of its own, of which nothing is left afterwards. Needs root. One domain controller serves all files,
// one after the other: each leaves the domain as it was, and the tests see to that.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Runtimes } from '#core/hub/installers/runtimes/runtimes.ts';
import { needTools } from '../debian-tools.ts';
import { keptRuntimes } from '../kept-runtimes.ts';
import { startDomainController } from './domain-controller.ts';

/** Milliseconds: all of it, and one test. */
const limit = 1_500_000;
const testLimit = 600_000;
const quiet = '--disable-warning=ExperimentalWarning';

const own = fileURLToPath(import.meta.url);
const [inside, ...asked] = process.argv.slice(2);

if (inside === '--inside') await runInside(asked[0]!, asked.slice(1));
else await runOutside(inside === undefined ? [] : [inside, ...asked]);

async function runOutside(files: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('These tests need root: they make namespaces of their own.');
  needTools(
    {
      samba: 'samba-ad-dc',
      'samba-tool': 'samba-common-bin',
      smbclient: 'smbclient',
      ldbsearch: 'ldb-tools',
      openssl: 'openssl',
      ip: 'iproute2',
      unshare: 'util-linux',
    },
    {
      '/usr/share/samba/setup/provision.ldif': 'samba-ad-provision',
      '/usr/lib/python3/dist-packages/samba/__init__.py': 'python3-samba',
    },
  );
  // From inside, no registry can be reached.
  const runtimes = new Runtimes({ folder: keptRuntimes, given: keptRuntimes });
  for (const target of ['win-x64', 'koffi-win-x64'] as const) await runtimes.get(target);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-domain-test-'));
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...namespaces, process.execPath, quiet, own, '--inside', folder, ...files], {
    stdio: 'inherit',
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  // It ignores every other signal; the first process of its namespace dies with it, and all others with that one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill('SIGKILL'));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === null) console.error(`The tests were ended from outside, or took more than ${limit / 60_000} minutes.`);
  // The last of them may still be dying.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  process.exit(code ?? 1);
}

async function runInside(folder: string, files: readonly string[]): Promise<void> {
  const { about, child } = await startDomainController(folder);
  const tests = files.length > 0 ? files : globSync(join(fileURLToPath(new URL('.', import.meta.url)), '*.domain.ts'));
  const run = spawn(
    process.execPath,
    [quiet, '--test', '--test-concurrency=1', `--test-timeout=${testLimit}`, ...[...tests].sort()],
    { stdio: 'inherit', env: { ...process.env, LATCHKEY_TEST_DOMAIN: JSON.stringify(about) } },
  );
  const [code] = (await once(run, 'exit')) as [number | null];
  child.kill('SIGKILL');
  process.exit(code ?? 1);
}
