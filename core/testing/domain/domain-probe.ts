import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainPolicyService, type ApplyWork, type DomainChanges } from '#core/hub/domain/domain-policy-service.ts';
import type { DomainCredentials } from '#core/hub/domain/domain-session.ts';
import type { DomainRecord } from '#core/hub/domain/domain-step.ts';
import type { GroupPolicyPlan } from '#core/hub/domain/group-policy-plan.ts';
import type { PackageFile } from '#core/hub/domain/plan-package.ts';
import type { TestDomain } from './domain-controller.ts';

assert.ok(process.env['LATCHKEY_TEST_DOMAIN'], 'Run by npm run test:domain');
export const about = JSON.parse(process.env['LATCHKEY_TEST_DOMAIN']) as TestDomain;

export const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', timeout: 120_000, maxBuffer: 1 << 28 });

/** Samba's own tool, as the domain's administrator. */
export const sambaTool = (...args: string[]): string =>
  run('samba-tool', ...args, '-s', about.configuration, '-U', `Administrator%${about.password}`);

export const administrator: DomainCredentials = {
  account: 'Administrator',
  password: about.password,
  domainController: about.server,
};

/** What changes by itself, or has to: numbers that are given out once. */
const volatile =
  /^(?:uSN|when|lastLogon|logonCount|badP|pwdLast|rID|dnsRecord|accountExpires|dSCorePropagationData|msDS-|#|ref:)/;

function files(folder: string, path = ''): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const own = `${path}/${entry.name}`;
    if (entry.isDirectory()) return [own, ...files(folder, own)];
    return [
      `${own} ${createHash('sha256')
        .update(readFileSync(join(folder, own)))
        .digest('hex')}`,
    ];
  });
}

/**
 * The whole domain, as text: its directory, SYSVOL and the share. Without the computers, whom nothing touches: what groups they
 * are in stands in those.
 */
export function dump(): string {
  const database = join(about.sysvol, '../../private/sam.ldb');
  const others = '(!(sAMAccountName=PC-*))';
  const entries = run('ldbsearch', '-H', database, '-b', about.base, others, '*', 'memberOf', 'gPLink')
    .split('\n\n')
    .map((entry) =>
      entry
        .replaceAll('\n ', '')
        .split('\n')
        .filter((line) => line !== '' && !volatile.test(line))
        .sort()
        .join('\n'),
    )
    .sort();
  return [...entries, ...files(about.sysvol).sort(), ...files(about.software).sort()].join('\n\n');
}

export function sameDump(before: string, after: string): void {
  if (before === after) return;
  const [one, other] = [before, after].map((text) => new Set(text.split('\n\n')));
  const more = [...other!].filter((each) => !one!.has(each)).slice(0, 5);
  const less = [...one!].filter((each) => !other!.has(each)).slice(0, 5);
  assert.fail(`The domain is another one.\nNow there:\n${more.join('\n\n')}\nNo longer:\n${less.join('\n\n')}`);
}

const bytes = Buffer.alloc(200_000, 'package ');
export const packageFile: PackageFile = {
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  open: () => Promise.resolve(Readable.from([bytes])),
};

export const planOf = (changes: Partial<GroupPolicyPlan> = {}): GroupPolicyPlan => ({
  domain: about.domain,
  name: 'Latchkey Berlin',
  userSettingsDisabled: true,
  target: { kind: 'group', group: 'Domain Computers' },
  linkTo: null,
  share: `\\\\${about.server}\\software\\latchkey`,
  packageFile: 'latchkey-endpoint.msi',
  startupScript: { fileName: 'start.cmd', content: '@echo off\r\n', parameters: `"\\\\${about.server}\\software" ok` },
  ...changes,
});

/** The service with its record kept, as the hub keeps it. */
export class Domain {
  readonly service = new DomainPolicyService(about.authority);
  record: DomainRecord | undefined;
  /** Called before each step. */
  onSave: ((record: DomainRecord | null) => void) | undefined;
  private readonly save = (record: DomainRecord | null): Promise<void> => {
    this.record = record === null ? undefined : (JSON.parse(JSON.stringify(record)) as DomainRecord);
    this.onSave?.(record);
    return Promise.resolve();
  };

  preview(plan: GroupPolicyPlan, work: Partial<ApplyWork> = {}): Promise<DomainChanges> {
    return this.service.preview(plan, { credentials: administrator, file: packageFile, record: this.record, ...work });
  }

  apply(plan: GroupPolicyPlan, work: Partial<ApplyWork> = {}): Promise<DomainChanges> {
    const all = { credentials: administrator, file: packageFile, record: this.record, ...work };
    return this.service.apply(plan, all, this.save);
  }

  undo(credentials: DomainCredentials = administrator): Promise<DomainChanges> {
    assert.ok(this.record);
    return this.service.undo(this.record, { credentials }, this.save);
  }

  /** Of SYSVOL on the domain controller's disk. */
  folder(...names: string[]): string {
    return join(about.sysvol, about.domain, 'Policies', this.record!.policy, ...names);
  }
}

export const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;
