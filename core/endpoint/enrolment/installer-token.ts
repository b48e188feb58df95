import { tokenPattern } from '#protocol/enrolment.ts';
import { LatchkeyError } from '#protocol/errors.ts';

/** What an installer's token says to whoever holds it. */
export interface InstallerToken {
  readonly text: string;
  /** The installer's identifier: no secret. */
  readonly installer: string;
  /** The key that the hub has to prove. */
  readonly hubKey: string;
}

/** @throws LatchkeyError `endpoint.tokenMalformed`, which does not repeat the token */
export function parseToken(text: string): InstallerToken {
  const [, installer, , hubKey] = tokenPattern.exec(text.trim()) ?? [];
  if (installer === undefined || hubKey === undefined) throw new LatchkeyError('endpoint.tokenMalformed');
  return { text: text.trim(), installer, hubKey };
}
