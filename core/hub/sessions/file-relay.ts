import { LatchkeyError } from '#protocol/errors.ts';
import { fileRequests as requests } from '#protocol/file-transfer.ts';
import type { ParamsOf, RequestContract, ResultOf } from '#protocol/messages.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import type { WorkbenchCall } from '../workbench/workbench-handlers.ts';
import type { LiveSession, SessionTransfer } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { SessionEntries } from './session-entries.ts';
import type { SessionWay, Way } from './session-way.ts';

/** Messages on their way to one computer at once: what they hold is the hub's memory. */
const mostAtOnce = 32;
/** Seconds: a slow line takes a while for a piece, and a large file for its hash. */
const timeout = 120;

/** How many finished transfers of a session are kept in mind. */
const finishedLimit = 64;

type Call = Pick<WorkbenchCall, 'actor' | 'token'>;
type Of<C> = ParamsOf<C>;

export interface FileRelayParts {
  readonly live: LiveSessions;
  readonly way: SessionWay;
  readonly entries: SessionEntries;
}

/** Passes files on between workbenches and computers, and puts down which: never what is in them. */
export class FileRelay {
  private readonly parts: FileRelayParts;
  private readonly underWay = new WeakMap<LiveSession, number>();

  constructor(parts: FileRelayParts) {
    this.parts = parts;
  }

  async list(call: Call, params: Of<typeof requests.list>): Promise<ResultOf<typeof requests.list>> {
    const way = this.way(call.actor, params.session, 'part');
    const listed = await this.pass(way, requests.list, params, call);
    this.use(way.session);
    return listed;
  }

  /** From here on the file's contents leave the computer: it is put down now, whether the transfer ends well or not. */
  async read(call: Call, params: Of<typeof requests.read>): Promise<ResultOf<typeof requests.read>> {
    const way = this.way(call.actor, params.session, 'control');
    const { session } = way;
    const begun = await this.pass(way, requests.read, params, call);
    const after = { path: params.path, size: begun.size };
    this.use(session);
    await this.parts.entries.record(session, { actor: call.actor, action: 'session.fileReceived', after });
    this.begin(session, begun.transfer, { by: call.actor.id, kind: 'received', ...after });
    return begun;
  }

  async write(call: Call, params: Of<typeof requests.write>): Promise<ResultOf<typeof requests.write>> {
    const way = this.way(call.actor, params.session, 'control');
    const begun = await this.pass(way, requests.write, params, call);
    this.use(way.session);
    const { path, transfer } = begun;
    this.begin(way.session, transfer, { by: call.actor.id, kind: 'sent', path, size: params.size });
    return begun;
  }

  piece(call: Call, params: Of<typeof requests.piece>): Promise<ResultOf<typeof requests.piece>> {
    const way = this.way(call.actor, params.session, 'control');
    this.transfer(way, call.actor, params.transfer, 'received');
    return this.pass(way, requests.piece, params, call);
  }

  put(call: Call, params: Of<typeof requests.put>): Promise<ResultOf<typeof requests.put>> {
    const way = this.way(call.actor, params.session, 'control');
    this.transfer(way, call.actor, params.transfer, 'sent');
    return this.pass(way, requests.put, params, call);
  }

  async finish(call: Call, params: Of<typeof requests.finish>): Promise<ResultOf<typeof requests.finish>> {
    const way = this.way(call.actor, params.session, 'control');
    const transfer = this.transfer(way, call.actor, params.transfer);
    if (transfer.finished) return transfer.finished;
    const finished = await this.pass(way, requests.finish, params, call);
    // Asked twice at once, it has been put down already.
    if (transfer.finished) return finished;
    transfer.finished = finished;
    this.forgetOldest(way.session);
    this.parts.live.changedWithin(way.session);
    const { kind, path } = transfer;
    if (kind === 'sent') {
      const step = { actor: call.actor, action: 'session.fileSent', after: { path, ...finished } };
      await this.parts.entries.record(way.session, step);
    }
    return finished;
  }

  /** Whoever began a transfer may give it up, in control or not. */
  async abandon(call: Call, params: Of<typeof requests.abandon>): Promise<Record<string, never>> {
    const way = this.way(call.actor, params.session, 'part');
    const { kind, path, size, finished } = this.transfer(way, call.actor, params.transfer);
    if (finished) throw new LatchkeyError('transfer.notFound');
    way.session.transfers.delete(params.transfer);
    this.parts.live.changedWithin(way.session);
    await this.pass(way, requests.abandon, params, call);
    if (kind === 'sent') {
      const step = { actor: call.actor, action: 'session.fileSent', after: { path, size } };
      await this.parts.entries.record(way.session, { ...step, outcome: 'failed' });
    }
    return {};
  }

  private way(actor: TechnicianActor, session: string, role: 'part' | 'control'): Way {
    return this.parts.way.to(actor, session, 'session.files', role);
  }

  private async pass<P, R>(way: Way, contract: RequestContract<P, R>, params: NoInfer<P>, call: Call): Promise<R> {
    const { session } = way;
    const atOnce = this.underWay.get(session) ?? 0;
    if (atOnce >= mostAtOnce) throw new LatchkeyError('rpc.tooMany', { seconds: 1 });
    this.underWay.set(session, atOnce + 1);
    try {
      return await this.parts.way.ask(way, contract, params, { timeout, token: call.token });
    } finally {
      this.underWay.set(session, (this.underWay.get(session) ?? 1) - 1);
    }
  }

  private use(session: LiveSession): void {
    if (session.used.has('files')) return;
    session.used.add('files');
    this.parts.live.changed(session);
  }

  private begin(session: LiveSession, id: string, transfer: SessionTransfer): void {
    session.transfers.set(id, transfer);
    this.parts.live.changedWithin(session);
  }

  /** @throws LatchkeyError `transfer.notFound` where it is over, or another technician's */
  private transfer(
    { session }: Way,
    actor: TechnicianActor,
    id: string,
    kind?: SessionTransfer['kind'],
  ): SessionTransfer {
    const transfer = session.transfers.get(id);
    if (transfer?.by !== actor.id || (kind && transfer.kind !== kind)) throw new LatchkeyError('transfer.notFound');
    return transfer;
  }

  private forgetOldest(session: LiveSession): void {
    const finished = [...session.transfers].filter(([, transfer]) => transfer.finished);
    for (const [id] of finished.slice(0, -finishedLimit)) session.transfers.delete(id);
  }
}
