import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { fromBase64, toBase64 } from '#core/base/base64.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { newSealingKey, open } from '#core/base/sealed-message.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests, type FileEntry } from '#protocol/file-transfer.ts';
import { sealedPurpose } from '#protocol/sealed.ts';
import {
  sessionNotifications,
  sessionRequests,
  type ComputerAccount,
  type Invitation,
  type Session,
} from '#protocol/sessions.ts';
import { setUpNotifications, setUpRequests, type SetUp } from '#protocol/set-ups.ts';
import { chunkBytes, terminalNotifications, terminalRequests, windowBytes } from '#protocol/terminal.ts';
import type { ScriptedHub } from './scripted-hub.ts';

export const testSessionId = 'ssssssssssssssss';
export const testTerminalId = 'rrrrrrrrrrrrrrrr';
export const otherTechnician = { id: 'oooooooooooooooo', name: 'Otto' };

/** A session in which whoever is signed in to a `ScriptedHub` works. */
export const testSession = (change: Partial<Session> = {}): Session => ({
  id: testSessionId,
  kind: 'unattended',
  state: 'active',
  device: 'a'.repeat(16),
  computer: { name: 'pc-a', platform: 'linux', system: 'Debian GNU/Linux 12' },
  technician: { id: 'tttttttttttttttt', name: 'Tess' },
  inControl: 'tttttttttttttttt',
  participants: [{ technician: 'tttttttttttttttt', name: 'Tess', since: 0 }],
  technicians: [{ id: 'tttttttttttttttt', name: 'Tess' }],
  createdAt: Date.now(),
  startedAt: Date.now(),
  endedAt: null,
  end: null,
  endedBy: null,
  resumeUntil: null,
  keyExpiresAt: null,
  used: [],
  sealingKey: null,
  ...change,
});

interface Transfer {
  readonly path: string;
  readonly size: number;
  readonly writes: boolean;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Sessions and the computer at their other end, behind a `ScriptedHub`: a terminal that prints what a test says, and files. */
export class ScriptedComputer {
  private readonly hub: ScriptedHub;
  private readonly key = newSealingKey();
  private readonly transfers = new Map<string, Transfer>();
  private next = 0;
  readonly sessions = new Map<string, Session>();
  readonly setUps = new Map<string, SetUp>();
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  /** What was typed into the terminal. */
  readonly typed: string[] = [];
  readonly sizes: string[] = [];
  readonly accounts: ComputerAccount[] = [];
  readonly joins: string[] = [];
  readonly leaves: string[] = [];
  readonly asked: string[] = [];
  printed = new Uint8Array(0);
  /** The first byte that is still kept. */
  keptFrom = 0;
  acknowledged = 0;
  sent = 0;
  attached = false;
  terminalOpen = false;
  /** Called before each piece, either way: a test may break the connection there. */
  onPiece: (offset: number) => void = () => {};
  /** What an account is refused with. */
  refusal: LatchkeyError | undefined;

  constructor(hub: ScriptedHub) {
    this.hub = hub;
    hub.prepare = (rpc) => {
      this.attached = false;
      this.answer(rpc);
    };
  }

  /** Changes a session and tells of it. */
  change(change: Partial<Session>, id = testSessionId): Session {
    const session = { ...(this.sessions.get(id) ?? testSession()), ...change };
    this.sessions.set(id, session);
    this.hub.rpc?.notify(sessionNotifications.changed, { session });
    return session;
  }

  changeSetUp(setUp: SetUp): void {
    this.setUps.set(setUp.id, setUp);
    this.hub.rpc?.notify(setUpNotifications.changed, { setUp });
  }

  async publicKey(): Promise<string> {
    return (await this.key).publicKey;
  }

  print(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const printed = new Uint8Array(this.printed.length + bytes.length);
    printed.set(this.printed);
    printed.set(bytes, this.printed.length);
    this.printed = printed;
    this.pump();
  }

  exit(code: number | null): void {
    this.terminalOpen = false;
    this.hub.rpc?.notify(terminalNotifications.exited, { session: testSessionId, terminal: testTerminalId, code });
  }

  private pump(): void {
    while (this.attached && this.sent < Math.min(this.printed.length, this.acknowledged + windowBytes)) {
      const end = Math.min(this.sent + chunkBytes, this.printed.length, this.acknowledged + windowBytes);
      this.hub.rpc?.notify(terminalNotifications.output, {
        session: testSessionId,
        terminal: testTerminalId,
        offset: this.sent,
        data: toBase64(this.printed.subarray(this.sent, end)),
      });
      this.sent = end;
    }
  }

  private session(id: string): Session {
    const found = this.sessions.get(id);
    if (!found) throw new LatchkeyError('session.notFound', { session: id });
    return found;
  }

  private answer(rpc: RpcConnection): void {
    const me = this.hub.identity.technician;
    rpc.handle(sessionRequests.watch, () => [...this.sessions.values()].filter(({ state }) => state !== 'ended'));
    rpc.handle(sessionRequests.get, ({ session }) => this.session(session));
    rpc.handle(sessionRequests.history, () => [...this.sessions.values()].filter(({ state }) => state === 'ended'));
    const invitation = (session: Session, key: string): Invitation => ({
      session,
      key,
      link: `https://hub.example/join#${key}`,
      expiresAt: Date.now() + this.hub.ahead + 600_000,
    });
    const waiting = { kind: 'attended', state: 'waiting', device: null, computer: null, startedAt: null } as const;
    rpc.handle(sessionRequests.invite, () => invitation(this.change(waiting), '123456789'));
    rpc.handle(sessionRequests.renewKey, ({ session }) => invitation(this.session(session), '987654321'));
    rpc.handle(sessionRequests.start, () => this.change({ state: 'active' }));
    rpc.handle(sessionRequests.join, ({ session: id }) => {
      this.joins.push(id);
      const session = this.session(id);
      if (session.participants.some(({ technician }) => technician === me.id)) return session;
      return this.change({
        inControl: session.inControl ?? me.id,
        participants: [...session.participants, { technician: me.id, name: me.name, since: 0 }],
      });
    });
    rpc.handle(sessionRequests.leave, ({ session: id }) => {
      this.leaves.push(id);
      const participants = this.session(id).participants.filter(({ technician }) => technician !== me.id);
      this.change({ participants, inControl: participants[0]?.technician ?? null });
      return {};
    });
    rpc.handle(sessionRequests.handOver, ({ technician }) => this.change({ inControl: technician }));
    rpc.handle(sessionRequests.askControl, ({ session }) => (this.asked.push(session), {}));
    rpc.handle(sessionRequests.end, () =>
      this.change({ state: 'ended', end: 'technician', endedBy: me.name, endedAt: Date.now(), participants: [] }),
    );
    rpc.handle(sessionRequests.signIn, async ({ session, account }) => {
      const bytes = await open(await this.key, sealedPurpose(session), account);
      this.accounts.push(JSON.parse(new TextDecoder().decode(bytes)) as ComputerAccount);
      if (this.refusal) throw this.refusal;
      return this.change({ state: 'active', sealingKey: null });
    });
    rpc.handle(setUpRequests.watch, () => [...this.setUps.values()]);
    this.answerTerminal(rpc);
    this.answerFiles(rpc);
  }

  private answerTerminal(rpc: RpcConnection): void {
    rpc.handle(terminalRequests.open, ({ columns, rows }) => {
      this.sizes.push(`${columns}×${rows}`);
      this.terminalOpen = true;
      return { terminal: testTerminalId };
    });
    rpc.handle(terminalRequests.list, () =>
      this.terminalOpen ? [{ terminal: testTerminalId, title: 'bash', columns: 80, rows: 24 }] : [],
    );
    rpc.handle(terminalRequests.attach, ({ from }) => {
      if (!this.terminalOpen) throw new LatchkeyError('terminal.notFound');
      const offset = Math.max(from, this.keptFrom);
      this.sent = this.acknowledged = offset;
      this.attached = true;
      setTimeout(() => this.pump());
      return { offset, end: this.printed.length };
    });
    rpc.handle(terminalRequests.close, () => (this.exit(null), {}));
    rpc.on(terminalNotifications.input, ({ data }) => void this.typed.push(new TextDecoder().decode(fromBase64(data))));
    rpc.on(terminalNotifications.resize, ({ columns, rows }) => void this.sizes.push(`${columns}×${rows}`));
    rpc.on(terminalNotifications.acknowledge, ({ offset }) => {
      this.acknowledged = Math.max(this.acknowledged, offset);
      this.pump();
    });
  }

  private answerFiles(rpc: RpcConnection): void {
    const transfer = (id: string): Transfer => {
      const found = this.transfers.get(id);
      if (!found) throw new LatchkeyError('transfer.notFound');
      return found;
    };
    const begin = (made: Transfer): string => {
      const id = `x${'abcdefgh'[this.next++ % 8]}`.padEnd(16, 'x');
      this.transfers.set(id, made);
      return id;
    };
    rpc.handle(fileRequests.list, ({ path }) => {
      const folder = path ?? '/home/tess';
      if (folder === '/forbidden') throw new LatchkeyError('file.notFound', { file: folder });
      const inside = folder === '/' ? '/' : `${folder}/`;
      const entries = new Map<string, FileEntry>();
      for (const [file, bytes] of this.files) {
        if (!file.startsWith(inside)) continue;
        const [name = '', below] = file.slice(inside.length).split('/');
        const kind = below === undefined ? 'file' : 'folder';
        entries.set(name, { name, kind, size: kind === 'file' ? bytes.length : 0, modifiedAt: 1.7e12 });
      }
      const parent = folder === '/' ? null : folder.replace(/\/[^/]*$/, '') || '/';
      return { path: folder, parent, entries: [...entries.values()], more: false };
    });
    rpc.handle(fileRequests.read, ({ path }) => {
      const bytes = this.files.get(path);
      if (!bytes) throw new LatchkeyError('file.notFound', { file: path });
      const id = begin({ path, size: bytes.length, writes: false, bytes });
      return { transfer: id, name: path.split('/').at(-1)!, size: bytes.length };
    });
    rpc.handle(fileRequests.piece, ({ transfer: id, offset }) => {
      this.onPiece(offset);
      return { data: toBase64(transfer(id).bytes.subarray(offset, offset + 256 * 1024)) };
    });
    rpc.handle(fileRequests.write, ({ folder, name, size, replace }) => {
      const path = `${folder}/${name}`;
      if (this.files.has(path) && !replace) throw new LatchkeyError('file.exists', { file: path });
      return { transfer: begin({ path, size, writes: true, bytes: new Uint8Array(0) }), path };
    });
    rpc.handle(fileRequests.put, ({ transfer: id, offset, data }) => {
      const to = transfer(id);
      if (offset !== to.bytes.length) throw new LatchkeyError('transfer.offset', { offset: to.bytes.length });
      const piece = fromBase64(data);
      const bytes = new Uint8Array(offset + piece.length);
      bytes.set(to.bytes);
      bytes.set(piece, offset);
      to.bytes = bytes;
      this.onPiece(offset);
      return {};
    });
    rpc.handle(fileRequests.finish, ({ transfer: id }) => {
      const { path, bytes, writes } = transfer(id);
      this.transfers.delete(id);
      if (writes) this.files.set(path, bytes);
      return { size: bytes.length, sha256: bytesToHex(sha256(bytes)) };
    });
    rpc.handle(fileRequests.abandon, ({ transfer: id }) => (this.transfers.delete(id), {}));
  }

  /** How many transfers the computer knows of. */
  get openTransfers(): number {
    return this.transfers.size;
  }
}
