import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { ParamsOf, ResultOf } from '#protocol/messages.ts';
import { portalPurpose, portalRequests as requests, portalResumePurpose } from '#protocol/set-ups.ts';
import type { ProofChecker } from '../accounts/proof-checker.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { ComputerConnection, EndpointDoor, EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import { isSameComputer } from '../endpoints/hardware.ts';
import type { KnownComputers } from '../endpoints/known-computers.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import type { SessionTimes } from '../sessions/session-times.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { requireDetails } from './attended-set-ups.ts';
import { LiveSetUp } from './live-set-up.ts';
import type { LiveSetUps } from './live-set-ups.ts';
import { customerOf, type SetUpCourse } from './set-up-course.ts';
import { requireNoDevice } from './set-up-rules.ts';
import type { SetUpTokens } from './set-up-tokens.ts';

export interface PortalSetUpsParts {
  readonly proofs: ProofChecker;
  readonly directory: TechnicianDirectory;
  readonly known: KnownComputers;
  readonly groups: GroupService;
  readonly setUps: LiveSetUps;
  readonly course: SetUpCourse;
  readonly appearance: PortalAppearanceService;
  readonly tokens: SetUpTokens;
  readonly times: SessionTimes;
}

type Of<C> = ParamsOf<C>;

/**
 * Setting up through the portal: a technician signs in at the customer's computer (P3 to P5). What an administrator has
 * switched off does not count here, but when somebody wants to reach the computer (P6).
 */
export class PortalSetUps implements EndpointHandlers {
  private readonly parts: PortalSetUpsParts;

  constructor(parts: PortalSetUpsParts) {
    this.parts = parts;
  }

  opened(door: EndpointDoor): Disposable {
    const handlers = new DisposableStore();
    handlers.add(
      door.rpc.handle(requests.signIn, (params) =>
        door.enter(portalPurpose, params, async (connection) => {
          const { actor, setUp, answer } = await this.signIn(params, connection);
          this.serve(connection, setUp);
          await this.parts.course.begin(setUp, actor);
          return answer;
        }),
      ),
    );
    handlers.add(
      door.rpc.handle(requests.resume, (params) =>
        door.enter(portalResumePurpose(params.setUp), params, (connection) =>
          Promise.resolve(this.resume(params.setUp, params.publicKey, connection)),
        ),
      ),
    );
    return handlers;
  }

  /** Its customer app is away: it may come back for a while. */
  awaitBack(setUp: LiveSetUp): void {
    const { course, times } = this.parts;
    clearTimeout(setUp.away);
    setUp.away = setTimeout(() => {
      // What it has begun to install may join without it.
      if (setUp.state === 'asking' || setUp.state === 'details')
        course.fail(setUp, new LatchkeyError('setUp.timedOut'));
      if (setUp.isOver) course.remove(setUp);
    }, times.resume * 1000);
  }

  private serve(connection: ComputerConnection, setUp: LiveSetUp): void {
    const { rpc, from } = connection;
    const own = (id: string): LiveSetUp => {
      if (setUp.id !== id) throw new LatchkeyError('setUp.notFound');
      return setUp;
    };
    rpc.handle(requests.consent, ({ setUp: id, allowed, passwordStored }) =>
      this.consent(own(id), { allowed, passwordStored }),
    );
    rpc.handle(requests.complete, (params) => this.complete(own(params.setUp), params, from));
    rpc.handle(requests.cancel, ({ setUp: id, problem }) => this.cancel(own(id), problem));
    rpc.onClose(() => this.lost(setUp, connection));
  }

  /**
   * The same customer app over another connection.
   * @param publicKey proved already
   * @throws LatchkeyError `setUp.notFound`
   */
  private resume(id: string, publicKey: string, connection: ComputerConnection): ResultOf<typeof requests.resume> {
    const setUp = this.parts.setUps.get(id);
    if (setUp?.place.method !== 'portal' || setUp.place.publicKey !== publicKey) {
      throw new LatchkeyError('setUp.notFound');
    }
    const before = setUp.place.connection;
    setUp.place.connection = connection;
    clearTimeout(setUp.away);
    this.serve(connection, setUp);
    before?.close(4000, 'Replaced by a newer connection of the same customer app');
    setUp.untold = false;
    const { state, problem } = setUp;
    return { id, state, problem };
  }

  /** @throws LatchkeyError as `ProofChecker.signInTechnician`, `setUp.alreadySetUp`, `setUp.underWay` */
  private async signIn(
    params: Of<typeof requests.signIn>,
    connection: ComputerConnection,
  ): Promise<{ actor: TechnicianActor; setUp: LiveSetUp; answer: ResultOf<typeof requests.signIn> }> {
    const { proofs, directory, known, groups, setUps, appearance } = this.parts;
    const { facts, password, code } = params;
    const email = params.email.trim().toLowerCase();
    const actor = await proofs.signInTechnician(email, { password, code }, connection.from);
    await requireNoDevice(known, actor, facts);
    const assigned = await groups.list(actor);
    if (connection.rpc.isClosed) throw new LatchkeyError('rpc.closed');
    this.endAbandoned(facts);
    setUps.requireNone(facts);
    const name = directory.get(actor.id)?.technician.name ?? '';
    const setUp = new LiveSetUp(
      { method: 'portal', connection, publicKey: params.publicKey },
      { id: actor.id, name },
      facts,
    );
    const answer = {
      setUp: setUp.id,
      technician: name,
      groups: assigned.map((group) => ({ id: group.id, name: group.name })),
      organisation: appearance.current.name,
    };
    return { actor, setUp, answer };
  }

  /** Whoever signs in at a computer anew does not wait for the customer app that was closed there. */
  private endAbandoned(facts: DeviceFacts): void {
    const { setUps, course } = this.parts;
    for (const setUp of setUps) {
      const { place, state } = setUp;
      if (place.method !== 'portal' || place.connection || !isSameComputer(setUp.facts, facts)) continue;
      if (state !== 'asking' && state !== 'details') continue;
      course.fail(setUp, new LatchkeyError('setUp.timedOut'));
      course.remove(setUp);
    }
  }

  /** @throws LatchkeyError `setUp.notFound`, `setUp.wrongStep` */
  private consent(
    setUp: LiveSetUp,
    answer: { readonly allowed: boolean; readonly passwordStored: boolean },
  ): Record<string, never> {
    requireGoingOn(setUp);
    // Its answer got lost, not the customer's.
    if (answer.allowed && setUp.state === 'details' && setUp.passwordStored === answer.passwordStored) return {};
    if (setUp.state !== 'asking') throw new LatchkeyError('setUp.wrongStep', { state: setUp.state });
    this.parts.course.answered(setUp, answer);
    return {};
  }

  /** @throws LatchkeyError `setUp.notFound`, `setUp.wrongStep`, `group.notFound`, `permission.groupNotAssigned` */
  private async complete(
    setUp: LiveSetUp,
    { nickname, group: wanted }: Of<typeof requests.complete>,
    from: string,
  ): Promise<ResultOf<typeof requests.complete>> {
    const { directory, groups, course, tokens } = this.parts;
    requireGoingOn(setUp);
    if (setUp.state === 'installing' && setUp.group === wanted && setUp.nickname === nickname) {
      return { token: tokens.of(setUp.id), group: setUp.groupName };
    }
    requireDetails(setUp);
    const actor = directory.actor(setUp.technician.id, from);
    const group = await groups.require(actor, wanted);
    requireGoingOn(setUp);
    requireDetails(setUp);
    return { token: await course.install(setUp, actor, nickname, group), group: group.name };
  }

  /** Given up by whoever sits there; with a problem, it failed while it was installed. */
  private cancel(setUp: LiveSetUp, problem: string | undefined): Record<string, never> {
    const { course } = this.parts;
    const failed = problem === undefined ? undefined : new LatchkeyError('setUp.installFailed', { reason: problem });
    if (setUp.state === 'done' && failed) course.undo(setUp, failed);
    else if (failed) course.fail(setUp, failed, customerOf(setUp));
    else course.cancel(setUp, customerOf(setUp), setUp.technician.name);
    return {};
  }

  /** The connection is lost; where it was the last of the set-up, the customer app may come back. */
  private lost(setUp: LiveSetUp, connection: ComputerConnection): void {
    if (setUp.place.method !== 'portal' || setUp.place.connection !== connection) return;
    setUp.place.connection = undefined;
    if (setUp.isOver) this.parts.course.remove(setUp);
    else this.awaitBack(setUp);
  }
}

/** @throws LatchkeyError `setUp.notFound` */
function requireGoingOn(setUp: LiveSetUp): void {
  if (setUp.isOver) throw new LatchkeyError('setUp.notFound');
}
