import { Subject, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { isSameComputer } from '../endpoints/hardware.ts';
import type { LiveSession } from '../sessions/live-session.ts';
import type { LiveSetUp } from './live-set-up.ts';

/** Set-ups that go on, and those that are over while whoever began them can still see them. */
export class LiveSetUps {
  private readonly setUps = new Map<string, LiveSetUp>();
  private readonly changes = new Subject<LiveSetUp>();
  readonly changed$: Observable<LiveSetUp> = this.changes;

  [Symbol.iterator](): Iterator<LiveSetUp> {
    return [...this.setUps.values()][Symbol.iterator]();
  }

  get(id: string): LiveSetUp | undefined {
    return this.setUps.get(id);
  }

  /**
   * The technician's own, which is not over.
   * @throws LatchkeyError `setUp.notFound`
   */
  require(id: string, technician: string): LiveSetUp {
    const setUp = this.setUps.get(id);
    if (!setUp || setUp.isOver || setUp.technician.id !== technician) throw new LatchkeyError('setUp.notFound');
    return setUp;
  }

  /**
   * One at a time on one computer, whoever begins it and how.
   * @throws LatchkeyError `setUp.underWay`
   */
  requireNone(facts: DeviceFacts, session?: LiveSession): void {
    const other = [...this].find(
      (each) => !each.isOver && ((session && each.session === session) || isSameComputer(each.facts, facts)),
    );
    if (other) throw new LatchkeyError('setUp.underWay', { technician: other.technician.name });
  }

  ofSession(session: LiveSession): LiveSetUp[] {
    return [...this].filter((each) => each.session === session);
  }

  /** One that was there before the hub's start: nobody is told. */
  restore(setUp: LiveSetUp): void {
    this.setUps.set(setUp.id, setUp);
  }

  add(setUp: LiveSetUp): void {
    this.setUps.set(setUp.id, setUp);
    this.changes.next(setUp);
  }

  changed(setUp: LiveSetUp): void {
    this.changes.next(setUp);
  }

  remove(setUp: LiveSetUp): void {
    this.setUps.delete(setUp.id);
  }
}
