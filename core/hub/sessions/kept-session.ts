import type { DeviceFacts } from '#protocol/facts.ts';
import type { Session } from '#protocol/sessions.ts';
import type { SessionRow } from '../store/tables.ts';
import {
  LiveSession,
  type Person,
  type SessionDevice,
  type SessionDoor,
  type SessionTransfer,
} from './live-session.ts';

/** What is kept in another form than this is not taken up again. */
const form = 1;

/** A live session as the store keeps it beside its entry. Nothing in it opens anything: of key and ticket there are hashes. */
interface KeptSession {
  readonly form: number;
  readonly target: SessionDevice | null;
  readonly state: 'waiting' | 'signingIn' | 'active';
  readonly facts: DeviceFacts | null;
  readonly inControl: string | null;
  /** Those who take part, and since when. */
  readonly participants: readonly (Person & { readonly since: number })[];
  readonly keyExpiresAt: number | null;
  readonly sealingKey: string | null;
  readonly storedPasswordRefused: boolean;
  readonly refusedAccounts: number;
  readonly door: SessionDoor;
  readonly terminals: readonly (readonly [string, string])[];
  readonly transfers: readonly (readonly [string, SessionTransfer])[];
}

/** @returns null of one that is over */
export function keptOf(session: LiveSession): string | null {
  const { state, facts } = session;
  if (state === 'ended') return null;
  return JSON.stringify({
    form,
    target: session.target ?? null,
    state,
    facts: facts ?? null,
    inControl: session.inControl,
    participants: [...session.participants.values()].map(({ id, name, since }) => ({ id, name, since })),
    keyExpiresAt: session.keyExpiresAt,
    sealingKey: session.sealingKey,
    storedPasswordRefused: session.storedPasswordRefused,
    refusedAccounts: session.refusedAccounts,
    door: session.door,
    terminals: [...session.terminals],
    transfers: [...session.transfers],
  } satisfies KeptSession);
}

/** @returns undefined where the row says too little: it is of another form */
export function restoreSession(row: SessionRow): LiveSession | undefined {
  const kept = row.live === null ? undefined : (JSON.parse(row.live) as KeptSession);
  if (kept?.form !== form) return undefined;
  const technician = { id: row.technician_id, name: row.technician_name };
  const session = new LiveSession(technician, kept.target ?? undefined, { id: row.id, createdAt: row.created_at });
  session.device = row.device_id;
  session.state = kept.state;
  if (kept.facts) session.setComputer(kept.facts);
  for (const person of JSON.parse(row.technicians) as Person[]) session.restore(person, null);
  for (const { since, ...person } of kept.participants) session.restore(person, since);
  session.inControl = kept.inControl;
  session.startedAt = row.started_at;
  session.keyExpiresAt = kept.keyExpiresAt;
  session.sealingKey = kept.sealingKey;
  session.storedPasswordRefused = kept.storedPasswordRefused;
  session.refusedAccounts = kept.refusedAccounts;
  for (const feature of JSON.parse(row.used) as Session['used']) session.used.add(feature);
  Object.assign(session.door, kept.door);
  for (const [terminal, openedBy] of kept.terminals) session.terminals.set(terminal, openedBy);
  for (const [transfer, about] of kept.transfers) session.transfers.set(transfer, about);
  return session;
}
