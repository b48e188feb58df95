import { readFile } from 'node:fs/promises';
import { customerAppConfig, customerAppConfigProof, type CustomerAppConfig } from '#protocol/customer-app.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { normaliseHubAddress } from '../connection/hub-address.ts';
import type { HubReference } from '../connection/hub-conversation.ts';
import { isSignedBy } from '../identity/key-pair.ts';

export interface AppInvitation {
  readonly hub: HubReference;
  readonly ticket: string;
}

/**
 * Reads what a customer app carries, and checks that it is as the hub made it, before anything is sent anywhere.
 * @throws LatchkeyError `file.unreadable`, `customerApp.tampered`
 */
export async function readAppConfig(file: string, purpose: CustomerAppConfig['purpose']): Promise<AppInvitation> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new LatchkeyError('file.unreadable', { file, reason }, { cause: error });
  }
  return parseAppConfig(text, file, purpose);
}

/**
 * The same of what stands behind a program.
 * @param file to name in an error
 * @throws LatchkeyError `customerApp.tampered`
 */
export function parseAppConfig(text: string, file: string, purpose: CustomerAppConfig['purpose']): AppInvitation {
  const config = parse(text);
  const genuine = config && isSignedBy(config.hubKey, customerAppConfigProof(config), config.signature);
  if (!genuine || config.purpose !== purpose) throw new LatchkeyError('customerApp.tampered', { file });
  return { hub: { address: normaliseHubAddress(config.hub), key: config.hubKey }, ticket: config.ticket };
}

/** What a program's configuration makes it; undefined where that is no customer app's. */
export const purposeOf = (text: string): CustomerAppConfig['purpose'] | undefined => parse(text)?.purpose;

function parse(text: string): CustomerAppConfig | undefined {
  try {
    return customerAppConfig.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
