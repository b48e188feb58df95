import { HubConversation } from '#core/endpoint/connection/hub-conversation.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import { believableFacts } from '#core/cli/simulation/believable-facts.ts';
import { endpointNotifications, type EndpointStanding } from '#protocol/endpoint.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { whenDone } from './when-done.ts';

export interface TestEndpoint {
  readonly keys: KeyPair;
  readonly facts: DeviceFacts;
  readonly conversation: HubConversation;
  readonly standing: EndpointStanding;
  /** What the hub told of later. */
  readonly told: EndpointStanding[];
  /** Why the hub has it removed. */
  readonly removed: Promise<string>;
  /** The WebSocket's close code. */
  readonly closed: Promise<number>;
}

export interface TestEndpointOptions {
  readonly keys?: KeyPair;
  readonly facts?: DeviceFacts;
  /** Joins with it; without it connects with a key that has joined. */
  readonly token?: string;
  /** The key that the hub is to prove; the one in the token unless told. */
  readonly hubKey?: string;
  /** Seconds for the connection and for each answer, where many share a busy machine. */
  readonly patience?: number;
}

let computers = 0;

/** Facts of a computer that is like no other of these tests. */
export const newFacts = (): DeviceFacts => believableFacts('test', computers++);

/** An endpoint of the real protocol that has joined or connected; hangs up when the tests of this file are over. */
export async function openEndpoint(hub: { readonly url: string }, options: TestEndpointOptions): Promise<TestEndpoint> {
  const keys = options.keys ?? KeyPair.generate();
  const facts = options.facts ?? newFacts();
  const key = options.hubKey ?? options.token?.split('.')[3] ?? '';
  const conversation = await HubConversation.open(
    { address: hub.url, key },
    options.patience === undefined ? {} : { patience: options.patience },
  );
  whenDone(() => conversation.socket.terminate());
  const told: EndpointStanding[] = [];
  conversation.rpc.on(endpointNotifications.standingChanged, (standing) => void told.push(standing));
  const removed = new Promise<string>((resolve) => {
    conversation.rpc.on(endpointNotifications.remove, ({ reason }) => resolve(reason));
  });
  const closed = new Promise<number>((resolve) => conversation.socket.once('close', resolve));
  try {
    const standing = options.token
      ? await conversation.join(options.token, keys, facts)
      : await conversation.connect(keys, facts);
    return { keys, facts, conversation, standing, told, removed, closed };
  } catch (error) {
    conversation.socket.terminate();
    throw error;
  }
}
