import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { parseNumericAcl, parsePrintedAcl } from './acl-text.ts';
import { namelessFile } from './nameless-file.ts';
import { below, uncOf, type UncPath } from './domain-names.ts';
import { partNameOf, wholeNameOf } from './part-file.ts';
import type { SecurityDescriptor } from './security-descriptor.ts';
import { entriesIn, lastLine, problemOf, statusesIn, treeIn, type SmbEntry } from './smb-output.ts';

/** Seconds that a command may take, and one that carries a package. */
const usualLimit = 60;
const transferLimit = 900;
const mostOutput = 4 << 20;
/** How often, and milliseconds apart, it is tried to remove what somebody may still have open. */
const removeTurns = 10;
const removePause = 300;

const notThere = ['OBJECT_NAME_NOT_FOUND', 'OBJECT_PATH_NOT_FOUND', 'NO_SUCH_FILE', 'NOT_FOUND', 'OBJECT_NAME_INVALID'];

export interface SmbAccount {
  /** `EXAMPLE\name` or `name@example.com`. */
  readonly account: string;
  readonly password: string;
}

type Program = 'smbclient' | 'smbcacls' | 'rpcclient';

/**
 * Files and folders on Windows' shares, by the programs of Debian's package `smbclient`. The password goes to them
 * in a file without a name: it stands on no command line, in no environment and in no folder.
 */
export class SmbClient {
  private readonly credentials: SmbAccount;
  private readonly signal: AbortSignal | undefined;

  /** @throws LatchkeyError `domain.passwordUnsupported` */
  constructor(credentials: SmbAccount, signal?: AbortSignal) {
    // smbclient takes blanks after the equals sign for its own.
    if (/^\s/.test(credentials.password)) throw new LatchkeyError('domain.passwordUnsupported');
    this.credentials = credentials;
    this.signal = signal;
  }

  /**
   * The same, for what has to go on after `signal`: taking back, and every small change. Of one that is cut short nobody knows
   * whether the server makes it after all.
   */
  uninterrupted(): SmbClient {
    return new SmbClient(this.credentials);
  }

  /**
   * What is in a folder.
   * @returns undefined where there is no such folder
   */
  async list(place: UncPath): Promise<SmbEntry[] | undefined> {
    const output = await this.tryCommand(place, `ls ${quoted(place.path === '' ? '*' : `${place.path}\\*`)}`);
    if (output === undefined) return undefined;
    return entriesIn(output);
  }

  /** @returns undefined where there is no such file or folder */
  async find(place: UncPath): Promise<SmbEntry | undefined> {
    const names = place.path.split('\\');
    const name = names.pop()!;
    const entries = await this.list({ ...place, path: names.join('\\') });
    return entries?.find((entry) => entry.name.toLowerCase() === name.toLowerCase());
  }

  async makeFolder(place: UncPath): Promise<void> {
    await this.uninterrupted().command(place, `mkdir ${quoted(place.path)}`);
  }

  /** An empty one, where it is still there. */
  async removeFolder(place: UncPath): Promise<void> {
    await this.tryCommand(place, `rmdir ${quoted(place.path)}`);
  }

  /** Where it is still there. */
  async remove(place: UncPath): Promise<void> {
    await this.tryCommand(place, `rm ${quoted(place.path)}`);
  }

  async rename(place: UncPath, path: string): Promise<void> {
    await this.uninterrupted().command(place, `rename ${quoted(place.path)} ${quoted(path)}`);
  }

  /**
   * Everything below a folder, folders before what is in them, by the path below it.
   * @returns undefined where there is no such folder
   */
  async tree(folder: UncPath): Promise<Map<string, SmbEntry> | undefined> {
    const output = await this.tryCommand(folder, `recurse ON\nls ${quoted(`${folder.path}\\*`)}`);
    return output === undefined ? undefined : treeIn(output, folder.path);
  }

  /** What is in small files; undefined for each that is not there. */
  async read(...places: readonly UncPath[]): Promise<(Buffer | undefined)[]> {
    const [first] = places;
    if (!first) return [];
    return this.withFolder(async (folder) => {
      const files = places.map((_, index) => join(folder, String(index)));
      const commands = places.map(({ path }, index) => `get ${quoted(path)} ${quoted(files[index]!)}`);
      // With all in one: an answer about one of them must not hide another one's.
      await this.command(first, commands.join('\n'), usualLimit, notThere);
      return Promise.all(files.map((file) => readFile(file).catch(() => undefined)));
    });
  }

  /** Hexadecimal; undefined where there is no such file. */
  async sha256(place: UncPath): Promise<string | undefined> {
    return this.withFile(async (file) => {
      const command = `get ${quoted(place.path)} ${quoted(file)}`;
      if ((await this.tryCommand(place, command, transferLimit)) === undefined) return undefined;
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
      return hash.digest('hex');
    });
  }

  /** Under another name first: whoever reads the file never reads half of it. */
  async write(place: UncPath, content: Buffer | Readable): Promise<void> {
    await this.withFile(async (file) => {
      if (Buffer.isBuffer(content)) await writeFile(file, content, { mode: 0o600 });
      else await this.fill(file, content);
      const { size } = await stat(file);
      const part = partNameOf(place.path);
      try {
        const output = await this.command(
          place,
          `put ${quoted(file)} ${quoted(part)}\nls ${quoted(part)}`,
          transferLimit,
        );
        if (entriesIn(output)[0]?.size !== size) {
          throw new LatchkeyError('domain.fileFailed', { where: uncOf(place), reason: 'DISK_FULL' });
        }
        await this.uninterrupted().command(place, `rename ${quoted(part)} ${quoted(place.path)} -f`);
      } catch (error) {
        await this.uninterrupted().removeSoon({ ...place, path: part });
        throw error;
      }
    });
  }

  /** Removes files that were not finished: those of a folder, or of one file alone. */
  async removeParts(folder: UncPath, of?: string): Promise<void> {
    for (const { name, isFolder } of (await this.list(folder)) ?? []) {
      const whole = wholeNameOf(name);
      if (isFolder || whole === undefined) continue;
      if (of === undefined || whole.toLowerCase() === of.toLowerCase()) await this.remove(below(folder, name));
    }
  }

  /** The server may hold a file for a moment after whoever wrote it has hung up. */
  private async removeSoon(place: UncPath): Promise<void> {
    for (let turn = 0; turn < removeTurns; turn += 1) {
      const gone = await this.remove(place).then(
        async () => !(await this.find(place)),
        () => false,
      );
      if (gone) return;
      await delay(removePause);
    }
  }

  private async fill(file: string, content: Readable): Promise<void> {
    try {
      await pipeline(content, createWriteStream(file, { mode: 0o600 }), { signal: this.signal });
    } catch (error) {
      throw this.signal?.aborted ? new LatchkeyError('rpc.cancelled', {}, { cause: error }) : error;
    }
  }

  /** Of a folder or a file. Of rights on object types it says not which type. */
  async permissions(place: UncPath): Promise<SecurityDescriptor> {
    return parseNumericAcl(await this.runOn('smbcacls', place, ['--numeric']));
  }

  /** The rights that the account has there, as a mask. */
  async ownRights(place: UncPath): Promise<number> {
    const output = await this.runOn('smbcacls', place, ['--numeric', '--maximum-access']);
    return Number(/^maximum access:\s*(0x[0-9a-f]+)/im.exec(output)?.[1] ?? 0);
  }

  /** @param sddl with owner, group and DACL */
  async setPermissions(place: UncPath, sddl: string): Promise<void> {
    // Owner, group and DACL, and whether that is protected.
    const parts = /D:P/.test(sddl) ? '0x80000007' : '0x20000007';
    await this.uninterrupted().runOn('smbcacls', place, ['--sddl', '--set-security-info', parts, '-S', sddl]);
  }

  /** Of a share itself. Administrators of the server alone may read them. */
  async sharePermissions({ server, share }: UncPath): Promise<SecurityDescriptor> {
    const where = uncOf({ server, share, path: '' });
    const command = `netsharegetinfo ${quoted(share)} 502`;
    return parsePrintedAcl(await this.run('rpcclient', [server, '-c', command], { where }));
  }

  private withFile<T>(work: (file: string) => Promise<T>): Promise<T> {
    return this.withFolder((folder) => work(join(folder, 'file')));
  }

  private async withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-domain-'));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }

  private async tryCommand(place: UncPath, command: string, limit?: number): Promise<string | undefined> {
    try {
      return await this.command(place, command, limit);
    } catch (error) {
      const { code, args } = error as LatchkeyError;
      if (code === 'domain.fileFailed' && notThere.includes(String(args.reason))) return undefined;
      throw error;
    }
  }

  /** One command of smbclient's, given on its standard input: on the command line a semicolon would end it. */
  private command(
    place: UncPath,
    command: string,
    limit = usualLimit,
    tolerated: readonly string[] = [],
  ): Promise<string> {
    const { server, share } = place;
    const input = `${command}\n`;
    return this.run('smbclient', [`//${server}/${share}`], { where: uncOf(place), input, limit, tolerated });
  }

  private runOn(program: Program, place: UncPath, args: readonly string[]): Promise<string> {
    const path = place.path === '' ? '\\' : place.path;
    return this.run(program, [`//${place.server}/${place.share}`, path, ...args], { where: uncOf(place) });
  }

  private async run(
    program: Program,
    args: readonly string[],
    {
      where,
      input = '',
      limit = usualLimit,
      tolerated = [],
    }: { where: string; input?: string; limit?: number; tolerated?: readonly string[] },
  ): Promise<string> {
    const { account, password } = this.credentials;
    const ending = AbortSignal.any([AbortSignal.timeout(limit * 1000), ...(this.signal ? [this.signal] : [])]);
    if (this.signal?.aborted) throw new LatchkeyError('rpc.cancelled');
    // Nobody between the hub and the server can change what is said. No configuration of the machine has a say in it.
    const settings = ['-s', '/dev/null', '--client-protection=sign', '--option=client min protocol=SMB2_10'];
    const secret = await namelessFile(`username=${account}\npassword=${password}\n`);
    const child = spawn(program, [...args, ...settings, '-A', '/proc/self/fd/3'], {
      stdio: ['pipe', 'pipe', 'pipe', secret.fd],
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC', KRB5CCNAME: 'MEMORY:latchkey' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(-mostOutput)));
    }
    const stop = (): void => void child.kill('SIGKILL');
    ending.addEventListener('abort', stop);
    // It may end before it has read its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (exit) => resolve(exit ?? 1));
      });
      if (this.signal?.aborted) throw new LatchkeyError('rpc.cancelled');
      if (ending.aborted) throw new LatchkeyError('domain.shareUnreachable', { where, reason: 'IO_TIMEOUT' });
      const problems = statusesIn(output).filter((status) => !tolerated.includes(status));
      if (problems.length > 0) throw problemOf(problems[0]!, where, account);
      if (code !== 0 && tolerated.length === 0) throw problemOf(lastLine(output), where, account);
      return output;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new LatchkeyError('domain.smbclientMissing', { program }, { cause: error });
      }
      throw error;
    } finally {
      ending.removeEventListener('abort', stop);
      await secret.close();
    }
  }
}

const quoted = (text: string): string => `"${text}"`;
