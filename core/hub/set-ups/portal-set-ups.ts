import type { Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ParamsOf, ResultOf } from '#protocol/messages.ts';
import { portalPurpose, portalRequests as requests } from '#protocol/set-ups.ts';
import type { ProofChecker } from '../accounts/proof-checker.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { ComputerConnection, EndpointDoor, EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import type { KnownComputers } from '../endpoints/known-computers.ts';
import type { GroupService } from '../groups/group-service.ts';
import type { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { requireDetails } from './attended-set-ups.ts';
import { LiveSetUp } from './live-set-up.ts';
import type { LiveSetUps } from './live-set-ups.ts';
import { customerOf, type SetUpCourse } from './set-up-course.ts';
import { requireNoDevice } from './set-up-rules.ts';

export interface PortalSetUpsParts {
  readonly proofs: ProofChecker;
  readonly directory: TechnicianDirectory;
  readonly known: KnownComputers;
  readonly groups: GroupService;
  readonly setUps: LiveSetUps;
  readonly course: SetUpCourse;
  readonly appearance: PortalAppearanceService;
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
    return door.rpc.handle(requests.signIn, (params) =>
      door.enter(portalPurpose, params, async (connection) => {
        const { actor, setUp, answer } = await this.signIn(params, connection);
        this.serve(connection, setUp);
        await this.parts.course.begin(setUp, actor);
        return answer;
      }),
    );
  }

  private serve({ rpc, from }: ComputerConnection, setUp: LiveSetUp): void {
    const own = (id: string): LiveSetUp => {
      if (setUp.id !== id) throw new LatchkeyError('setUp.notFound');
      return setUp;
    };
    rpc.handle(requests.consent, ({ setUp: id, allowed, passwordStored }) =>
      this.consent(own(id), { allowed, passwordStored }),
    );
    rpc.handle(requests.complete, (params) => this.complete(own(params.setUp), params, from));
    rpc.handle(requests.cancel, ({ setUp: id, problem }) => this.cancel(own(id), problem));
    rpc.onClose(() => this.lost(setUp));
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
    setUps.requireNone(facts);
    const name = directory.get(actor.id)?.technician.name ?? '';
    const setUp = new LiveSetUp({ method: 'portal', connection }, { id: actor.id, name }, facts);
    const answer = {
      setUp: setUp.id,
      technician: name,
      groups: assigned.map((group) => ({ id: group.id, name: group.name })),
      organisation: appearance.current.name,
    };
    return { actor, setUp, answer };
  }

  /** @throws LatchkeyError `setUp.notFound`, `setUp.wrongStep` */
  private consent(
    setUp: LiveSetUp,
    answer: { readonly allowed: boolean; readonly passwordStored: boolean },
  ): Record<string, never> {
    requireGoingOn(setUp);
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
    const { directory, groups, course } = this.parts;
    requireGoingOn(setUp);
    requireDetails(setUp);
    const actor = directory.actor(setUp.technician.id, from);
    const group = await groups.require(actor, wanted);
    requireGoingOn(setUp);
    requireDetails(setUp);
    return { token: course.install(setUp, actor, nickname, group.id), group: group.name };
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

  /** The customer app has gone. What it has begun to install may still join. */
  private lost(setUp: LiveSetUp): void {
    const { course, setUps } = this.parts;
    if (setUp.state === 'asking' || setUp.state === 'details') course.fail(setUp, new LatchkeyError('setUp.timedOut'));
    if (setUp.isOver) setUps.remove(setUp);
  }
}

/** @throws LatchkeyError `setUp.notFound` */
function requireGoingOn(setUp: LiveSetUp): void {
  if (setUp.isOver) throw new LatchkeyError('setUp.notFound');
}
