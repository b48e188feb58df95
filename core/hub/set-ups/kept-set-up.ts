import type { DeviceFacts } from '#protocol/facts.ts';
import type { SetUp } from '#protocol/set-ups.ts';
import type { SetUpRow } from '../store/tables.ts';
import type { LiveSetUp } from './live-set-up.ts';

/** What is kept in another form than this is not taken up again. */
const form = 1;

/** A set-up as the store keeps it. Its token is computed, and no password is ever here. */
export interface KeptSetUp extends Pick<
  SetUp,
  'method' | 'state' | 'session' | 'technician' | 'passwordStored' | 'nickname' | 'group' | 'problem' | 'startedAt'
> {
  readonly form: number;
  readonly facts: DeviceFacts;
  readonly groupName: string;
  readonly installUntil: number;
  /** Of the portal's customer app. */
  readonly publicKey: string | null;
}

export function keptOf(setUp: LiveSetUp): string {
  const { place, facts, groupName, installUntil } = setUp;
  const { method, state, session, technician, passwordStored, nickname, group, problem, startedAt } = setUp.view();
  return JSON.stringify({
    form,
    ...{ method, state, session, technician, passwordStored, nickname, group, problem, startedAt },
    ...{ facts, groupName, installUntil },
    publicKey: place.method === 'portal' ? place.publicKey : null,
  } satisfies KeptSetUp);
}

/** @returns undefined where it is of another form */
export function readKept({ kept }: SetUpRow): KeptSetUp | undefined {
  const read = JSON.parse(kept) as KeptSetUp;
  return read.form === form ? read : undefined;
}
