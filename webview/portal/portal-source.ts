import { LatchkeyError } from '#protocol/errors.ts';
import { joinAnswer, joinKeyPath, type JoinAnswer } from '#protocol/join.ts';
import { portalInfo, portalInfoPath, type PortalInfo } from '#protocol/portal.ts';
import { byOwnClock } from './own-clock.ts';

/** Seconds that the hub has to answer. */
const patience = 20;

/** @throws LatchkeyError `hub.unreachable`, or what the hub refused */
export async function loadPortalInfo(): Promise<PortalInfo> {
  return portalInfo.parse(await call(portalInfoPath));
}

/**
 * Uses the key up.
 * @param key nine digits
 * @throws LatchkeyError `session.keyWrong`, `session.keyExpired`, `session.keyUsed`, `rpc.tooMany`, `hub.unreachable`
 */
export async function joinByKey(key: string): Promise<JoinAnswer> {
  return byOwnClock(joinAnswer.parse(await call(joinKeyPath, { key })));
}

async function call(path: string, body?: object): Promise<unknown> {
  const url = new URL(path, location.origin);
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await fetch(url, { ...(body && post), signal: AbortSignal.timeout(patience * 1000) });
  } catch (error) {
    throw new LatchkeyError('hub.unreachable', { url: url.host, reason: (error as Error).message });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  throw (
    LatchkeyError.fromData((answer as { error?: unknown } | undefined)?.error) ??
    new LatchkeyError('hub.unreachable', { url: url.host, reason: `HTTP ${response.status}` })
  );
}
