import { Attribute, BerWriter, Change, Client, Control, ResultCodeError, type Entry } from 'ldapts';
import type { TLSSocket } from 'node:tls';
import { LatchkeyError } from '#protocol/errors.ts';

/** Seconds that one answer may take. */
const answerLimit = 30;
const pageSize = 500;

const resultCodes = {
  noSuchAttribute: 16,
  constraintViolation: 19,
  valueExists: 20,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  invalidCredentials: 49,
  insufficientAccess: 50,
  busy: 51,
  unavailable: 52,
} as const;

/** Owner, group and DACL of a security descriptor, without the SACL, which only few may read. */
class SecurityDescriptorParts extends Control {
  private readonly parts: number;

  constructor(parts: number) {
    super('1.2.840.113556.1.4.801', { critical: true });
    this.parts = parts;
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(this.parts);
    value.endSequence();
    writer.writeBuffer(value.buffer, 4);
  }
}
const readableParts = (): Control => new SecurityDescriptorParts(7);
const dacl = (): Control => new SecurityDescriptorParts(4);

const binaryAttributes = ['nTSecurityDescriptor', 'objectSid', 'objectGUID'];

export interface DirectoryEntry {
  readonly dn: string;
  /** Of an attribute that is no text: undefined. */
  text(attribute: string): string | undefined;
  texts(attribute: string): string[];
  bytes(attribute: string): Buffer | undefined;
}

/** What an attribute is to be; null: not there. */
export type AttributeValue = string | Buffer | null;

export interface SearchOptions {
  readonly base: string;
  readonly scope?: 'base' | 'one' | 'sub' | undefined;
  readonly filter?: string | undefined;
  readonly attributes: readonly string[];
}

/**
 * A domain's directory, signed in to over a connection whose other end has been checked. After a connection was lost, the next
 * call makes a new one.
 */
export class Directory {
  readonly server: string;
  private readonly open: () => Promise<TLSSocket>;
  private readonly account: string;
  private readonly password: string;
  private client: Client | undefined;

  /**
   * @param open connects, and checks who answers
   * @param account `EXAMPLE\name` or `name@example.com`
   */
  constructor(server: string, open: () => Promise<TLSSocket>, account: string, password: string) {
    this.server = server;
    this.open = open;
    this.account = account;
    this.password = password;
  }

  /** @throws LatchkeyError as `connectTo`, `domain.credentialsRefused` */
  async signIn(): Promise<void> {
    const socket = await this.open();
    const client = new Client({
      url: `ldaps://${this.server.includes(':') ? `[${this.server}]` : this.server}`,
      timeout: answerLimit * 1000,
      strictDN: false,
      createSecureConnection: () => socket,
    });
    try {
      await client.bind(this.account, this.password);
      this.client = client;
    } catch (error) {
      socket.destroy();
      if (error instanceof ResultCodeError && error.code === resultCodes.invalidCredentials) {
        throw new LatchkeyError(
          'domain.credentialsRefused',
          { account: this.account, server: this.server, reason: refusalOf(error.message) },
          { cause: error },
        );
      }
      throw this.problem(error, this.account);
    }
  }

  async signOut(): Promise<void> {
    await this.client?.unbind().catch(() => {});
    this.client = undefined;
  }

  /** What the server says of itself. */
  rootEntry(...attributes: readonly string[]): Promise<DirectoryEntry | undefined> {
    return this.read('', ...attributes);
  }

  /** @returns undefined where there is none */
  async read(dn: string, ...attributes: readonly string[]): Promise<DirectoryEntry | undefined> {
    try {
      const [entry] = await this.search({ base: dn, scope: 'base', attributes });
      return entry;
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === 'domain.noSuchEntry') return undefined;
      throw error;
    }
  }

  search({ base, scope = 'sub', filter = '(objectClass=*)', attributes }: SearchOptions): Promise<DirectoryEntry[]> {
    const wantsDescriptor = attributes.includes('nTSecurityDescriptor');
    return this.run(base, async (client) => {
      const { searchEntries } = await client.search(
        base,
        {
          scope,
          filter,
          attributes: [...attributes],
          explicitBufferAttributes: binaryAttributes,
          ...(scope !== 'base' && { paged: { pageSize } }),
        },
        wantsDescriptor ? readableParts() : [],
      );
      return searchEntries.map(entryOf);
    });
  }

  add(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): Promise<void> {
    const list = Object.entries(attributes).map(
      ([type, values]) => new Attribute({ type, values: typeof values === 'string' ? [values] : [...values] }),
    );
    return this.run(dn, (client) => client.add(dn, list));
  }

  /**
   * Changes attributes where they still are as they were said to be.
   * @throws LatchkeyError `domain.changedMeanwhile` where one is not
   */
  async change(
    dn: string,
    changes: readonly { attribute: string; from: AttributeValue; to: AttributeValue }[],
  ): Promise<void> {
    const steps = changes.flatMap(({ attribute, from, to }) => [
      ...(from === null ? [] : [changeOf('delete', attribute, [from])]),
      ...(to === null ? [] : [changeOf('add', attribute, [to])]),
    ]);
    if (steps.length === 0) return;
    await this.run(dn, async (client) => {
      try {
        await client.modify(dn, steps);
      } catch (error) {
        const { noSuchAttribute, valueExists, constraintViolation } = resultCodes;
        if (
          error instanceof ResultCodeError &&
          [noSuchAttribute, valueExists, constraintViolation].includes(error.code as 16)
        ) {
          throw new LatchkeyError('domain.changedMeanwhile', { where: dn }, { cause: error });
        }
        throw error;
      }
    });
  }

  /** Sets who may do what with an entry. Owner and group stay. */
  setPermissions(dn: string, descriptor: Buffer): Promise<void> {
    return this.run(dn, (client) =>
      client.modify(dn, changeOf('replace', 'nTSecurityDescriptor', [descriptor]), dacl()),
    );
  }

  changeMembers(dn: string, operation: 'add' | 'delete', members: readonly string[]): Promise<void> {
    return this.run(dn, (client) => client.modify(dn, changeOf(operation, 'member', members)));
  }

  delete(dn: string): Promise<void> {
    return this.run(dn, (client) => client.del(dn));
  }

  private async run<T>(where: string, work: (client: Client) => Promise<T>): Promise<T> {
    // Connected again by the library itself, it would be nobody's connection.
    if (!this.client?.isBound) await this.signIn();
    try {
      return await work(this.client!);
    } catch (error) {
      throw this.problem(error, where);
    }
  }

  private problem(error: unknown, where: string): unknown {
    if (error instanceof LatchkeyError) return error;
    const options = { cause: error };
    const reason = (error as Error).message;
    if (!(error instanceof ResultCodeError)) {
      return new LatchkeyError('domain.unreachable', { server: this.server, reason }, options);
    }
    switch (error.code) {
      case resultCodes.noSuchObject:
        return new LatchkeyError('domain.noSuchEntry', { where }, options);
      case resultCodes.insufficientAccess:
        return new LatchkeyError('domain.noRights', { account: this.account, where }, options);
      case resultCodes.busy:
      case resultCodes.unavailable:
        return new LatchkeyError('domain.unreachable', { server: this.server, reason }, options);
      default:
        return new LatchkeyError('domain.refused', { where, reason }, options);
    }
  }
}

function changeOf(operation: 'add' | 'delete' | 'replace', type: string, values: readonly (string | Buffer)[]): Change {
  const texts = values.filter((value) => typeof value === 'string');
  const bytes = values.filter((value) => typeof value !== 'string');
  return new Change({ operation, modification: new Attribute({ type, values: bytes.length > 0 ? bytes : texts }) });
}

function entryOf(entry: Entry): DirectoryEntry {
  const byName = new Map(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  const values = (attribute: string): (string | Buffer)[] => {
    const value = byName.get(attribute.toLowerCase()) ?? [];
    return Array.isArray(value) ? value : [value];
  };
  const texts = (attribute: string): string[] => values(attribute).filter((value) => typeof value === 'string');
  return {
    dn: entry.dn,
    text: (attribute) => texts(attribute)[0],
    texts,
    bytes: (attribute) => values(attribute).find((value) => typeof value !== 'string'),
  };
}

/** What Active Directory means by the number in its answer: https://ldapwiki.com/wiki/Common%20Active%20Directory%20Bind%20Errors */
function refusalOf(message: string): string {
  const meanings: Readonly<Record<string, string>> = {
    '525': 'ACCOUNT_UNKNOWN',
    '52e': 'LOGON_FAILURE',
    '530': 'INVALID_LOGON_HOURS',
    '531': 'INVALID_WORKSTATION',
    '532': 'PASSWORD_EXPIRED',
    '533': 'ACCOUNT_DISABLED',
    '701': 'ACCOUNT_EXPIRED',
    '773': 'PASSWORD_MUST_CHANGE',
    '775': 'ACCOUNT_LOCKED_OUT',
  };
  const code = /data ([0-9a-f]+)/i.exec(message)?.[1]?.toLowerCase();
  return meanings[code ?? ''] ?? /NT_STATUS_([A-Z_]+)/.exec(message)?.[1] ?? 'LOGON_FAILURE';
}
