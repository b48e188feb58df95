import { LatchkeyError } from '#protocol/errors.ts';
import { HubConversation } from '../connection/hub-conversation.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { readIdentity } from '../identity/identity-file.ts';
import { readEnrolment } from './enrolment-file.ts';

/** What became of telling the hub. `notJoined`: there was nothing to tell. */
export type Farewell = { readonly told: 'yes' | 'notJoined' } | { readonly told: 'no'; readonly error: LatchkeyError };

/** Tells the hub that this computer leaves. Never fails: removing must not hang on a hub that is gone or on damaged data. */
export async function sayFarewell(folder: DataFolder, facts: FactsSource): Promise<Farewell> {
  try {
    const [keys, enrolment] = [await readIdentity(folder.identityFile), await readEnrolment(folder.enrolmentFile)];
    if (!keys || !enrolment) return { told: 'notJoined' };
    const hub = { address: enrolment.hub, key: enrolment.hubKey };
    const conversation = await HubConversation.open(hub, { patience: 8 });
    try {
      await conversation.connect(keys, await facts.read());
      await conversation.leave();
    } finally {
      await conversation.close();
    }
    return { told: 'yes' };
  } catch (error) {
    if (!(error instanceof LatchkeyError)) return { told: 'no', error: new LatchkeyError('rpc.closed') };
    // The hub has forgotten it already.
    if (error.code === 'enrolment.deviceRemoved' || error.code === 'endpoint.unknownKey') return { told: 'yes' };
    return { told: 'no', error };
  }
}
