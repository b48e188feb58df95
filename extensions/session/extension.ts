import type { Activate, Latchkey, Session } from '../../protocol/api/index.ts';

/** What `session.invite` answers. */
export interface InvitationResult {
  readonly id: string;
  /** Nine digits. */
  readonly key: string;
  readonly link: string;
  /** ISO 8601. */
  readonly expires: string;
}
/** What `session.start` and `session.end` answer. */
export interface SessionResult {
  readonly id: string;
  readonly state: Session['state'];
  /** The device's identifier; null in an attended session on a computer that is none. */
  readonly device: string | null;
}

export const activate: Activate = (latchkey) => {
  const { commands, subscriptions } = latchkey;
  subscriptions.push(
    commands.register('session.invite', () => invite(latchkey)),
    commands.register<{ devices: readonly string[] }>('session.start', ({ devices }) => start(latchkey, devices)),
    commands.register<{ session: string }>('session.end', ({ session }) => end(latchkey, session)),
  );
};

async function invite({ sessions }: Latchkey): Promise<InvitationResult> {
  const { session, key, link, expiresAt } = await sessions.invite();
  await sessions.show(session.id);
  return { id: session.id, key, link, expires: new Date(expiresAt).toISOString() };
}

async function start({ sessions, devices, l10n }: Latchkey, [id]: readonly string[]): Promise<SessionResult> {
  const device = id === undefined ? undefined : await devices.get(id);
  if (!device) throw new Error(l10n.t('error.noDevice', { device: id ?? '' }));
  const session = await sessions.start(device.id);
  await sessions.show(session.id);
  return resultOf(session);
}

async function end({ sessions, window, environment, l10n }: Latchkey, id: string): Promise<SessionResult | null> {
  const session = (await sessions.list()).find((each) => each.id === id);
  // A mistaken click must not cost somebody what they are in the middle of; a program has decided.
  if (session?.state === 'active' && environment.kind === 'browser') {
    const others = session.participants.length - 1;
    const confirmed = await window.confirm({
      message: l10n.t('end.question', { computer: session.computer?.name ?? '' }),
      detail: l10n.t('end.detail', { count: Math.max(0, others) }),
      action: l10n.t('end.action'),
    });
    if (!confirmed) return null;
  }
  return resultOf(await sessions.end(id));
}

const resultOf = ({ id, state, device }: Session): SessionResult => ({ id, state, device });
