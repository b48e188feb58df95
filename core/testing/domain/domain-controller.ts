import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { restored } from './kept-domain.ts';

/** What the tests are told of the domain, as JSON in `LATCHKEY_TEST_DOMAIN`. */
export interface TestDomain {
  readonly domain: string;
  readonly netbios: string;
  /** Host name of the domain controller. */
  readonly server: string;
  readonly base: string;
  readonly password: string;
  /** PEM file of the authority that vouches for it. */
  readonly authority: string;
  readonly configuration: string;
  /** Folders on the disk behind the shares. */
  readonly sysvol: string;
  readonly software: string;
  /** Computers `PC-0001`… in the domain. */
  readonly computers: number;
}

const address = '10.53.0.1';
const domain = 'corp.example.com';
const netbios = 'CORP';
const server = `dc1.${domain}`;
const base = 'DC=corp,DC=example,DC=com';
const password = 'Adm1n-Passw0rd "ä$%';

/** Where the folder is seen, by the processes of the test alone. Samba's configuration names it. */
const home = '/run/samba/latchkey';
const state = join(home, 'domain/state');
const software = join(home, 'domain/software');
const configuration = join(state, 'etc/smb.conf');

const must = (program: string, args: readonly string[], input?: string): string =>
  execFileSync(program, args, { input, encoding: 'utf8', stdio: 'pipe', timeout: 900_000, maxBuffer: 1 << 26 });

/**
 * A real domain controller of Samba's, in the network and the mounts of this process, which have to be its own.
 * @param folder what it keeps; seen under a path of its own, so that a domain that was made before can be taken again
 */
export async function startDomainController(
  folder: string,
  computers = 5000,
): Promise<{ about: TestDomain; child: ChildProcess }> {
  must('ip', ['link', 'set', 'lo', 'up']);
  must('ip', ['address', 'add', `${address}/24`, 'dev', 'lo']);
  // Another Samba may be running on this machine.
  mkdirSync('/run/samba', { recursive: true });
  must('mount', ['-t', 'tmpfs', 'tmpfs', '/run/samba']);
  mkdirSync(home);
  must('mount', ['--bind', folder, home]);
  // Accounts of the domain are users of their own here, who have to get to the share.
  chmodSync(home, 0o755);
  await restored(join(home, 'domain'), `${address} ${computers}`, () => makeDomain(computers));
  const authority = makeCertificates(home);

  writeFileSync(join(home, 'resolv.conf'), `nameserver ${address}\n`);
  must('mount', ['--bind', join(home, 'resolv.conf'), '/etc/resolv.conf']);
  const child = spawn('samba', ['-i', '-M', 'single', `--configfile=${configuration}`], {
    stdio: ['ignore', 'ignore', openSync(join(home, 'samba.txt'), 'w')],
  });
  await listening(636, child);
  await listening(445, child);
  await answering(configuration);
  const sysvol = join(state, 'state/sysvol');
  const about = { domain, netbios, server, base, password, authority, configuration, sysvol, software, computers };
  return { about, child };
}

function makeDomain(computers: number): void {
  must('samba-tool', [
    ...['domain', 'provision', `--realm=${domain}`, `--domain=${netbios}`, `--adminpass=${password}`],
    ...['--server-role=dc', '--dns-backend=SAMBA_INTERNAL', '--host-name=dc1', `--host-ip=${address}`],
    ...[`--targetdir=${state}`, `--option=interfaces=lo ${address}`, '--option=bind interfaces only=yes'],
  ]);
  mkdirSync(software);
  const lines = [
    `  tls keyfile = ${join(home, 'key.pem')}`,
    `  tls certfile = ${join(home, 'cert.pem')}`,
    `  tls cafile = ${join(home, 'ca.pem')}`,
    `  log file = ${join(home, 'log.%m')}`,
    // It is thrown away: nothing has to be on a disk.
    '  ldb:nosync = true',
  ];
  const share = ['[software]', `  path = ${software}`, '  read only = no', ''];
  // To Samba's files the administrator is root: permissions of folders alone keep nobody from writing.
  const closed = ['[readonly]', `  path = ${software}`, '  read only = yes', ''];
  const text = readFileSync(configuration, 'utf8')
    .replace(/^\s*log file = .*$/m, '')
    .replace('[global]', ['[global]', ...lines].join('\n'));
  writeFileSync(configuration, `${text}\n${[...share, ...closed].join('\n')}`);
  must('/usr/bin/python3', ['-c', addInOneTransaction, join(state, 'private/sam.ldb')], computerEntries(computers));
}

/** `ldbadd` has one for each entry, which takes minutes for thousands. */
const addInOneTransaction = `
import sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
domain = SamDB(url=sys.argv[1], session_info=system_session(), lp=LoadParm(), options=["nosync:true"])
domain.transaction_start()
domain.add_ldif(sys.stdin.read())
domain.transaction_commit()
`;

function computerEntries(computers: number): string {
  return Array.from({ length: computers }, (_, index) => {
    const name = `PC-${String(index + 1).padStart(4, '0')}`;
    return [
      `dn: CN=${name},CN=Computers,${base}`,
      'objectClass: computer',
      `sAMAccountName: ${name}$`,
      'userAccountControl: 4096',
      '',
    ].join('\n');
  }).join('\n');
}

/** An authority of its own, and a certificate by it for the domain controller's name. */
function makeCertificates(folder: string): string {
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): string => must('openssl', args);
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout'];
  openssl('req', '-x509', ...key, file('ca.key'), '-out', file('ca.pem'), '-days', '2', '-subj', '/CN=Test Authority');
  openssl('req', ...key, file('key.pem'), '-out', file('request.pem'), '-subj', `/CN=${server}`);
  writeFileSync(file('names'), `subjectAltName=DNS:${server}\n`);
  const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', file('request.pem'), '-out', file('cert.pem'), ...signing, '-extfile', file('names'));
  // Samba takes no key that others may read.
  chmodSync(file('key.pem'), 0o600);
  return file('ca.pem');
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + 180_000; Date.now() < end && child.exitCode === null; await delay(200)) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
  }
  throw new Error(`The domain controller never listened on port ${port}`);
}

/** Ports are open before the domain is. */
async function answering(configuration: string): Promise<void> {
  const account = `Administrator%${password}`;
  for (const end = Date.now() + 180_000; ; await delay(500)) {
    try {
      must('smbclient', [`//${server}/sysvol`, '-s', configuration, '-U', account, '-c', 'ls']);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
