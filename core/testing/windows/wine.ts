import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenDone } from '../when-done.ts';

const wine64 = '/usr/lib/wine/wine64';
const wineserver = '/usr/lib/wine/wineserver';
/** Milliseconds that one program may take. */
const patience = 90_000;

export interface WineOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A Windows of its own in a temporary folder, as far as Wine goes; gone when the tests of this file are over. */
export interface Wine {
  /** `C:\`. */
  readonly drive: string;
  run(program: string, ...args: string[]): Promise<WineOutcome>;
  /** Ends all that runs there: some settings count from the start. */
  restart(): void;
  /** From now on services run on by themselves: Wine ends them with the last program that somebody has started. */
  stayOn(): void;
  /** The programs that run there, by the names of their files. */
  programs(): string[];
}

/** Installs Wine from Debian's packages where it is missing, and makes the Windows. */
export function startWine(): Wine {
  if (!existsSync(wine64)) {
    must('apt-get', ['update', '-qq']);
    must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'wine64']);
  }
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-wine-'));
  const prefix = join(folder, 'prefix');
  mkdirSync(prefix);
  const env = { PATH: process.env['PATH'], HOME: folder, WINEPREFIX: prefix, WINEDEBUG: '-all', LANG: 'C.UTF-8' };
  whenDone(() => {
    spawnSync(wineserver, ['-k'], { env, timeout: patience });
    spawnSync(wineserver, ['-w'], { env, timeout: patience });
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    return Promise.resolve();
  });
  must(wine64, ['wineboot', '-i'], env);
  must(wine64, ['winecfg', '-v', 'win10'], env);

  let count = 0;
  return {
    drive: join(prefix, 'drive_c'),
    restart: () => must(wineserver, ['-k'], env),
    stayOn() {
      spawn(wine64, ['ping.exe', '-n', '1000000', '127.0.0.1'], { env, stdio: 'ignore' }).unref();
    },
    programs: () => programsIn(prefix),
    run(program, ...args) {
      // Programs without a console write to files, and to nothing else.
      const [out, err] = ['out', 'err'].map((name) => join(folder, `${name}-${++count}`)) as [string, string];
      const outputs = [openSync(out, 'w'), openSync(err, 'w')] as const;
      return new Promise((resolve) => {
        const child = execFile('sh', ['-c', 'exec "$@" >"$OUT" 2>"$ERR"', 'sh', wine64, program, ...args], {
          env: { ...env, OUT: out, ERR: err },
          timeout: patience,
        });
        child.once('close', (code) => {
          outputs.forEach(closeSync);
          resolve({ code: code ?? -1, out: readFileSync(out, 'utf8'), err: readFileSync(err, 'utf8') });
        });
      });
    },
  };
}

export { keptRuntimes } from '../kept-runtimes.ts';

/** Each is a process of this computer, with a command line as Windows has it. */
function programsIn(prefix: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`WINEPREFIX=${prefix}`)) return [];
      const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return (/[^\\/ "]+\.exe/i.exec(program)?.[0] ?? []).toString().toLowerCase();
    } catch {
      // Gone meanwhile, or none.
      return [];
    }
  });
}

function must(program: string, args: string[], env: NodeJS.ProcessEnv = process.env): void {
  const { status, stderr, error } = spawnSync(program, args, { env, timeout: 300_000, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
}
