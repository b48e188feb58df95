import { CancellationTokenSource } from '#jsonrpc';
import { consentRequests } from '#protocol/consent.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RequestContract } from '#protocol/messages.ts';
import { endpointSetUpRequests, type SetUp } from '#protocol/set-ups.ts';
import type { Proof, ProofChecker } from '../accounts/proof-checker.ts';
import type { KnownComputers } from '../endpoints/known-computers.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { PermissionService } from '../permissions/permission-service.ts';
import type { LiveSession } from '../sessions/live-session.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import type { SessionAccess } from '../sessions/session-access.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { LiveSetUp } from './live-set-up.ts';
import type { LiveSetUps } from './live-set-ups.ts';
import type { SetUpCourse } from './set-up-course.ts';
import { requireNoDevice } from './set-up-rules.ts';

export interface AttendedSetUpsParts {
  readonly live: LiveSessions;
  readonly access: SessionAccess;
  readonly permissions: PermissionService;
  readonly proofs: ProofChecker;
  readonly known: KnownComputers;
  readonly groups: GroupService;
  readonly setUps: LiveSetUps;
  readonly course: SetUpCourse;
}

/** Setting up from an attended session, as its technician does (A2 to A12). */
export class AttendedSetUps {
  private readonly parts: AttendedSetUpsParts;
  /** The tokens of what is to be installed. */
  private readonly tokens = new WeakMap<LiveSetUp, string>();

  constructor(parts: AttendedSetUpsParts) {
    this.parts = parts;
  }

  /**
   * Asks the customer, after the technician has proved to be themselves (A5).
   * @throws LatchkeyError `session.*`, `permission.switchedOff`, `account.wrongPassword`, `account.codeRequired`,
   *   `account.codeWrong`, `account.tooManyAttempts`, `setUp.alreadySetUp`, `setUp.underWay`
   */
  async begin(actor: TechnicianActor, sessionId: string, proof: Proof): Promise<SetUp> {
    const { known, proofs, course, setUps, access } = this.parts;
    this.requireReady(actor, sessionId);
    await proofs.reauthenticate(actor, proof);
    const session = this.requireReady(actor, sessionId);
    const facts = session.facts!;
    await requireNoDevice(known, actor, facts);
    if (session.isOver) throw new LatchkeyError('session.ended', { session: sessionId });
    setUps.requireNone(facts, session);
    const technician = { id: actor.id, name: access.nameOf(actor.id) };
    const setUp = new LiveSetUp({ method: 'attended', session }, technician, facts);
    await course.begin(setUp, actor);
    this.goOn(setUp);
    return setUp.view();
  }

  /** @throws LatchkeyError `setUp.notFound`, `setUp.installing` */
  cancel(actor: TechnicianActor, id: string): SetUp {
    const setUp = this.parts.setUps.require(id, actor.id);
    if (setUp.state === 'installing') throw new LatchkeyError('setUp.installing');
    this.parts.course.cancel(setUp, actor, setUp.technician.name);
    return setUp.view();
  }

  /**
   * @throws LatchkeyError `setUp.notFound`, `setUp.wrongStep`, `permission.switchedOff`, `group.notFound`,
   *   `permission.groupNotAssigned`
   */
  async complete(actor: TechnicianActor, id: string, nickname: string | null, groupId: string): Promise<SetUp> {
    const { setUps, permissions, groups, course } = this.parts;
    const setUp = setUps.require(id, actor.id);
    permissions.require(actor, 'method.attended');
    requireDetails(setUp);
    const group = await groups.require(actor, groupId);
    // Somebody may have ended it meanwhile, or completed it in another window.
    requireDetails(setUps.require(id, actor.id));
    this.installBy(setUp, await course.install(setUp, actor, nickname, group));
    return setUp.view();
  }

  /** Has the customer app install, now or when it is back. */
  installBy(setUp: LiveSetUp, token: string): void {
    this.tokens.set(setUp, token);
    this.goOn(setUp);
  }

  /** The session has changed: somebody is back, has gone, or it is over. */
  follow(session: LiveSession): void {
    const { setUps, course } = this.parts;
    for (const setUp of setUps.ofSession(session)) {
      course.tell(setUp);
      if (setUp.isOver) {
        if (session.isOver) course.remove(setUp);
        continue;
      }
      if (session.isOver) this.sessionEnded(setUp);
      else if (!session.isParticipant(setUp.technician.id) && setUp.state !== 'installing') this.technicianGone(setUp);
      else this.goOn(setUp);
      if (session.isOver) course.remove(setUp);
    }
  }

  private sessionEnded(setUp: LiveSetUp): void {
    const { course } = this.parts;
    if (setUp.joined) course.end(setUp, 'done');
    else course.fail(setUp, new LatchkeyError('setUp.sessionEnded'));
  }

  private technicianGone(setUp: LiveSetUp): void {
    const { course, access } = this.parts;
    const { id, name } = setUp.technician;
    if (!access.mayTakePart(id, setUp.session!)) course.fail(setUp, new LatchkeyError('setUp.permissionWithdrawn'));
    else course.cancel(setUp, { kind: 'technician', id, name, from: null }, name);
  }

  /** Asks the customer app for what is next, unless it was asked already; again after a lost connection. */
  private goOn(setUp: LiveSetUp): void {
    if (setUp.asked || setUp.isOver || !setUp.peer) return;
    const { course } = this.parts;
    const { id, technician, groupName: group } = setUp;
    const token = this.tokens.get(setUp);
    if (setUp.state === 'asking') {
      const question = { setUp: id, technician: technician.name };
      void this.ask(setUp, consentRequests.ask, question, (answer) => course.answered(setUp, answer));
    } else if (setUp.state === 'installing' && token !== undefined && !setUp.installed) {
      const order = { setUp: id, token, group };
      void this.ask(setUp, endpointSetUpRequests.install, order, () => course.installed(setUp));
    }
  }

  private async ask<P, R>(
    setUp: LiveSetUp,
    contract: RequestContract<P, R>,
    params: NoInfer<P>,
    onAnswer: (answer: R) => void,
  ): Promise<void> {
    const asked = (setUp.asked = new CancellationTokenSource());
    const isCurrent = (): boolean => setUp.asked === asked && !setUp.isOver;
    try {
      const answer = await setUp.peer!.rpc.request(contract, params, { timeout: 0, token: asked.token });
      if (!isCurrent()) return;
      setUp.asked = undefined;
      onAnswer(answer);
    } catch (error) {
      if (!isCurrent()) return;
      setUp.asked = undefined;
      const known = error instanceof LatchkeyError ? error : new LatchkeyError('internal', { reference: 'none' });
      // Its connection is lost: it is asked again when it is back.
      if (known.code !== 'rpc.closed') this.parts.course.fail(setUp, known);
      else this.goOn(setUp);
    }
  }

  private requireReady(actor: TechnicianActor, id: string): LiveSession {
    const { live, access, permissions } = this.parts;
    const session = live.require(id);
    access.requireTakePart(actor, session);
    access.requireControl(actor.id, session);
    permissions.require(actor, 'method.attended');
    if (session.target) throw new LatchkeyError('setUp.alreadySetUp', { device: session.name });
    if (session.state === 'signingIn') throw new LatchkeyError('session.notSignedIn');
    if (session.state !== 'active' || session.isInterrupted || !session.facts) {
      throw new LatchkeyError('session.interrupted');
    }
    return session;
  }
}

/** @throws LatchkeyError `setUp.wrongStep` */
export function requireDetails({ state }: LiveSetUp): void {
  if (state !== 'details') throw new LatchkeyError('setUp.wrongStep', { state });
}
