import { setTimeout as delay } from 'node:timers/promises';
import type { EndpointStanding } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { BackOff } from '../connection/back-off.ts';
import { enterHub, type Entry } from '../connection/enter-hub.ts';
import { HubConversation, type ConversationOptions } from '../connection/hub-conversation.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { keyReplacement, readIdentity, writeIdentity } from '../identity/identity-file.ts';
import { KeyPair } from '../identity/key-pair.ts';
import { readEnrolment, writeEnrolment, type Enrolment } from './enrolment-file.ts';
import type { Invitation } from './invitation.ts';

const attempts = 4;

/**
 * The computer's key, made and on disk before the hub hears of it: should the answer to a join get lost, the next attempt
 * comes from the same device.
 */
export async function ensureIdentity(folder: DataFolder): Promise<KeyPair> {
  const existing = await readIdentity(folder.identityFile);
  if (existing) return existing;
  const keys = KeyPair.generate();
  await writeIdentity(folder.identityFile, keys);
  return keys;
}

/** Keeps that the hub has taken this computer in. */
export async function recordEnrolment(
  folder: DataFolder,
  { hub, installer }: Invitation,
  standing: EndpointStanding,
): Promise<Enrolment> {
  const joinedAt = Date.now();
  const enrolment: Enrolment = { version: 1, hub: hub.address, hubKey: hub.key, installer, joinedAt, standing };
  await writeEnrolment(folder.enrolmentFile, enrolment);
  return enrolment;
}

/**
 * What is already joined with this folder.
 * @throws LatchkeyError `endpoint.alreadyJoined` where that is another hub, or came about by another installer
 */
export async function existingEnrolment(folder: DataFolder, invitation: Invitation): Promise<Enrolment | undefined> {
  const enrolment = await readEnrolment(folder.enrolmentFile);
  if (!enrolment) return undefined;
  if (enrolment.hubKey !== invitation.hub.key || enrolment.installer !== invitation.installer) {
    throw new LatchkeyError('endpoint.alreadyJoined', { folder: folder.path, hub: enrolment.hub });
  }
  return enrolment;
}

/** Milliseconds between looks for a hub that is away. */
const away = 2000;

export interface JoinOptions extends ConversationOptions {
  /**
   * For so many seconds a hub that cannot be reached is looked for again: it was there a moment ago, and is started anew. Not at all
   * unless told.
   */
  readonly hubAway?: number | undefined;
}

/**
 * Joins the hub. The folder has to be prepared and locked.
 * @throws LatchkeyError what the hub answered, or why it could not be asked
 */
export async function join(
  folder: DataFolder,
  invitation: Invitation,
  facts: FactsSource,
  options: JoinOptions = {},
): Promise<Enrolment> {
  const keys = await ensureIdentity(folder);
  const backOff = new BackOff({ first: 1, longest: 8, random: Math.random });
  const until = Date.now() + (options.hubAway ?? 0) * 1000;
  const signal = options.signal && { signal: options.signal };
  for (let attempt = 1; ; attempt++) {
    try {
      const replacement = keyReplacement(folder.identityFile);
      const standing = await joinOnce(invitation, { keys, replacement }, facts, options);
      return await recordEnrolment(folder, invitation, standing);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (isAway(error) && Date.now() < until) {
        attempt = 0;
        await delay(away, undefined, signal);
        continue;
      }
      if (attempt >= attempts || !isAnswerLost(error)) throw error;
      await delay(backOff.next() * 1000, undefined, signal);
    }
  }
}

async function joinOnce(
  { hub, token }: Invitation,
  identity: Pick<Entry, 'keys' | 'replacement'>,
  facts: FactsSource,
  options: ConversationOptions,
): Promise<EndpointStanding> {
  const current = await facts.read();
  const conversation = await HubConversation.open(hub, options);
  const abort = (): void => conversation.socket.terminate();
  options.signal?.addEventListener('abort', abort);
  try {
    return (await enterHub(conversation, { ...identity, token, facts: current })).standing;
  } finally {
    options.signal?.removeEventListener('abort', abort);
    await conversation.close();
  }
}

const isAway = (error: unknown): boolean => error instanceof LatchkeyError && error.code === 'hub.unreachable';

/** The hub was there, and may or may not have done it. */
function isAnswerLost(error: unknown): boolean {
  return (
    error instanceof LatchkeyError && ['rpc.closed', 'rpc.timeout', 'rpc.tooMany', 'hub.stopping'].includes(error.code)
  );
}
