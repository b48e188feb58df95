import { windowsInstallation } from '#protocol/installers.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { readRegistryText, removeRegistryKey } from '../windows/registry.ts';
import { invitationOf, type Invitation } from './invitation.ts';

/**
 * What a package was told to join with, in the place of its own token: by its command line, or a transform. It has to be one of
 * the same hub.
 * @throws LatchkeyError `endpoint.tokenMalformed`, `endpoint.installerTampered`
 */
export function givenInvitation(own: Invitation, platform: NodeJS.Platform = process.platform): Invitation {
  if (platform !== 'win32') return own;
  const token = readRegistryText(windowsInstallation.registryKey, windowsInstallation.tokenValue);
  if (!token) return own;
  const given = invitationOf(own.hub.address, token);
  if (given.hub.key !== own.hub.key)
    throw new LatchkeyError('endpoint.installerTampered', { file: windowsInstallation.registryKey });
  return given;
}

/** It has done its work. */
export function discardGivenToken(platform: NodeJS.Platform = process.platform): void {
  if (platform === 'win32') removeRegistryKey(windowsInstallation.registryKey);
}
