import { access, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { cleanUsers, cleanUuid, cleanValue, withoutGaps } from '../clean-value.ts';
import type { PlatformFacts } from '../platform-facts.ts';
import { runProgram } from '../run-program.ts';
import { linuxDomain } from './linux-domain.ts';

type Run = typeof runProgram;

/** @param root the folder that stands for `/` */
export function linuxFacts(root = '/', run: Run = runProgram): PlatformFacts {
  const read = async (path: string): Promise<string | undefined> => {
    try {
      return await readFile(join(root, path), 'utf8');
    } catch {
      return undefined;
    }
  };
  const firmware = (name: string): Promise<string | undefined> => read(`sys/class/dmi/id/${name}`);
  return {
    async system() {
      const fields = parseOsRelease((await read('etc/os-release')) ?? (await read('usr/lib/os-release')) ?? '');
      return {
        platform: 'linux',
        name: (fields.get('PRETTY_NAME') || fields.get('NAME') || 'Linux').slice(0, 255),
        version: (fields.get('VERSION_ID') || release()).slice(0, 255),
      };
    },
    async users() {
      // systemd knows its sessions itself; elsewhere `who` reads the system's own record of sign-ins.
      const systemd = await access(join(root, 'run/systemd/system')).then(
        () => true,
        () => false,
      );
      return (systemd ? await loginctlUsers(run) : undefined) ?? parseWho((await run('who', [])) ?? '');
    },
    async hardware() {
      const [serial, uuid, manufacturer, model, tree] = await Promise.all([
        firmware('product_serial'),
        firmware('product_uuid'),
        firmware('sys_vendor'),
        firmware('product_name'),
        // Boards without SMBIOS (ARM) describe themselves in the device tree.
        read('sys/firmware/devicetree/base/model'),
      ]);
      const [treeSerial, domain] = await Promise.all([
        read('sys/firmware/devicetree/base/serial-number'),
        linuxDomain(run),
      ]);
      return withoutGaps({
        serial: cleanValue(serial) ?? cleanValue(treeSerial),
        smbiosUuid: cleanUuid(uuid),
        manufacturer: cleanValue(manufacturer),
        model: cleanValue(model) ?? cleanValue(tree),
        domain,
      });
    },
    async bootedAt() {
      const seconds = /^btime (\d+)$/m.exec((await read('proc/stat')) ?? '')?.[1];
      return seconds === undefined ? undefined : Number(seconds) * 1000;
    },
  };
}

/** The fields of an os-release file, without their quotes (os-release(5)). */
export function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const quote = /^(["'])(.*)\1$/.exec(value);
    fields.set(key, quote?.[1] === '"' ? (quote[2] ?? '').replace(/\\(["$`\\])/g, '$1') : (quote?.[2] ?? value));
  }
  return fields;
}

/** The first column of `who`. */
export function parseWho(text: string): string[] {
  return cleanUsers(text.split('\n').map((line) => line.split(/\s/)[0] ?? ''));
}

async function loginctlUsers(run: Run): Promise<string[] | undefined> {
  const list = await run('loginctl', ['list-sessions', '--no-legend', '--no-pager']);
  if (list === undefined) return undefined;
  const sessions = list
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((session) => /^[A-Za-z0-9]+$/.test(session));
  if (sessions.length === 0) return [];
  const properties = ['Name', 'Class', 'State'].flatMap((name) => ['-p', name]);
  const details = await run('loginctl', ['show-session', '--no-pager', ...properties, '--', ...sessions]);
  return details === undefined ? undefined : parseSessions(details);
}

/** Of `loginctl show-session`: those that people have open. Greeters and background managers are sessions too. */
export function parseSessions(text: string): string[] {
  const users: string[] = [];
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map(block.split('\n').map((line) => line.split('=', 2) as [string, string]));
    if (/^user/.test(fields.get('Class') ?? '') && fields.get('State') !== 'closing')
      users.push(fields.get('Name') ?? '');
  }
  return cleanUsers(users);
}
