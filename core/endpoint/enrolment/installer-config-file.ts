import { readFile } from 'node:fs/promises';
import { LatchkeyError } from '#protocol/errors.ts';
import { installerConfig, installerConfigProof, type InstallerConfig } from '#protocol/installers.ts';
import { isSignedBy } from '../identity/key-pair.ts';
import { parseToken } from './installer-token.ts';

/**
 * Reads what an installer brought along, and checks that it is as the hub made it, before anything is sent anywhere.
 * @throws LatchkeyError `file.unreadable`, `endpoint.installerTampered`
 */
export async function readInstallerConfig(file: string): Promise<InstallerConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new LatchkeyError('file.unreadable', { file, reason }, { cause: error });
  }
  return checkedInstallerConfig(text, file);
}

/**
 * @param file where it was read
 * @throws LatchkeyError `endpoint.installerTampered`
 */
export function checkedInstallerConfig(text: string, file: string): InstallerConfig {
  const config = parse(text);
  if (!config || !isGenuine(config)) throw new LatchkeyError('endpoint.installerTampered', { file });
  return config;
}

function parse(text: string): InstallerConfig | undefined {
  try {
    return installerConfig.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isGenuine(config: InstallerConfig): boolean {
  try {
    if (parseToken(config.token).hubKey !== config.hubKey) return false;
  } catch {
    return false;
  }
  return isSignedBy(config.hubKey, installerConfigProof(config), config.signature);
}
