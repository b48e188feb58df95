import { normaliseHubAddress } from '../connection/hub-address.ts';
import type { HubReference } from '../connection/hub-conversation.ts';
import { checkedInstallerConfig, readInstallerConfig } from './installer-config-file.ts';
import { parseToken } from './installer-token.ts';

/** What it takes to join: a hub, the key that it has to prove, and an installer's token. */
export interface Invitation {
  readonly hub: HubReference;
  readonly token: string;
  /** The installer's identifier. */
  readonly installer: string;
}

/** @throws LatchkeyError `endpoint.hubAddressInvalid`, `endpoint.tokenMalformed` */
export function invitationOf(hub: string, token: string): Invitation {
  const { text, installer, hubKey } = parseToken(token);
  return { hub: { address: normaliseHubAddress(hub), key: hubKey }, token: text, installer };
}

/** @throws LatchkeyError `file.unreadable`, `endpoint.installerTampered` */
export async function invitationFromFile(file: string): Promise<Invitation> {
  const { hub, token } = await readInstallerConfig(file);
  return invitationOf(hub, token);
}

/** @throws LatchkeyError `endpoint.installerTampered` */
export function invitationFromText(text: string, file: string): Invitation {
  const { hub, token } = checkedInstallerConfig(text, file);
  return invitationOf(hub, token);
}
