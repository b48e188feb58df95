import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import {
  connectPurpose,
  copyPurpose,
  endpointNotifications,
  endpointProof,
  endpointRequests,
  hubProof,
  joinPurpose,
  removalPurpose,
  type EndpointStanding,
} from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { hubRequests, maximumMessageBytes } from '#protocol/hub.ts';
import { attendPurpose, attendRequests } from '#protocol/join.ts';
import type { ParamsOf, ResultOf } from '#protocol/messages.ts';
import { portalPurpose, portalRequests, portalResumePurpose } from '#protocol/set-ups.ts';
import { isSignedBy, type KeyPair } from '../identity/key-pair.ts';
import { endpointSocketUrl } from './hub-address.ts';

/** A hub, and the key that it has to prove. */
export interface HubReference {
  /** Normalised. */
  readonly address: string;
  readonly key: string;
}

export interface ConversationOptions {
  /** Seconds for the connection to come about, and again for each answer. */
  readonly patience?: number;
  /** Told what cannot be understood or goes wrong here; nothing secret is in it. */
  readonly onProblem?: (problem: string) => void;
  readonly signal?: AbortSignal | undefined;
}

type PortalSignIn = ParamsOf<typeof portalRequests.signIn>;
/** What a technician gives to sign in at a customer's computer. */
export type PortalCredentials = Pick<PortalSignIn, 'email' | 'password' | 'code'>;

/** One connection to a hub that has proved its key. */
export class HubConversation {
  readonly socket: WebSocket;
  readonly rpc: RpcConnection;
  private readonly hubNonce: string;
  private readonly ownNonce: string;
  private readonly patience: number;

  private constructor(socket: WebSocket, rpc: RpcConnection, ownNonce: string, hubNonce: string, patience: number) {
    this.socket = socket;
    this.rpc = rpc;
    this.ownNonce = ownNonce;
    this.hubNonce = hubNonce;
    this.patience = patience;
  }

  /**
   * Connects, and has the hub prove its key. Nothing but a random number is sent before it has.
   * @throws LatchkeyError `hub.unreachable`, `endpoint.hubKeyMismatch`, or what the hub answered
   */
  static async open(hub: HubReference, options: ConversationOptions = {}): Promise<HubConversation> {
    const patience = options.patience ?? 15;
    if (options.signal?.aborted) throw new LatchkeyError('rpc.cancelled');
    const socket = new WebSocket(endpointSocketUrl(hub.address), {
      perMessageDeflate: false,
      maxPayload: maximumMessageBytes,
      handshakeTimeout: patience * 1000,
    });
    // What went wrong is told where it is waited for; an error that nobody listens to would end the process.
    socket.on('error', () => {});
    const onProblem = (problem: string): void => options.onProblem?.(problem);
    const transport = webSocketTransport(socket, onProblem);
    const rpc = new RpcConnection(transport, {
      onInternalError(error, method) {
        onProblem(`${method}: ${(error as Error).message}`);
        return '';
      },
      onBadMessage: (method, problem) => onProblem(`${method}: ${problem}`),
    });
    rpc.handle(hubRequests.ping, () => ({}));
    rpc.listen();
    const abort = (): void => socket.terminate();
    try {
      options.signal?.addEventListener('abort', abort);
      await opened(socket, hub.address);
      const nonce = randomBytes(24).toString('base64url');
      const proof = await rpc.request(endpointRequests.hello, { nonce }, { timeout: patience });
      if (proof.publicKey !== hub.key || !isSignedBy(hub.key, hubProof(nonce, proof.nonce), proof.signature)) {
        throw new LatchkeyError('endpoint.hubKeyMismatch', { url: hub.address });
      }
      return new HubConversation(socket, rpc, nonce, proof.nonce, patience);
    } catch (error) {
      rpc.dispose();
      socket.terminate();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  }

  /** Joins with an installer's token; again with the same key, the hub answers what it answered the first time. */
  join(token: string, keys: KeyPair, facts: DeviceFacts): Promise<EndpointStanding> {
    const signature = this.prove(joinPurpose(token), keys);
    const params = { token, publicKey: keys.publicKey, signature, facts };
    return this.rpc.request(endpointRequests.join, params, { timeout: this.patience * 2 });
  }

  connect(keys: KeyPair, facts: DeviceFacts): Promise<EndpointStanding> {
    const params = { publicKey: keys.publicKey, signature: this.prove(connectPurpose, keys), facts };
    return this.rpc.request(endpointRequests.connect, params, { timeout: this.patience * 2 });
  }

  /**
   * As a copy of another computer's disk: with a key of its own, beside the one whose key it had.
   * @param copied the key that the hub knows
   */
  connectAsCopy(copied: KeyPair, own: KeyPair, facts: DeviceFacts): Promise<EndpointStanding> {
    const params = {
      publicKey: own.publicKey,
      signature: this.prove(copyPurpose(copied.publicKey), own),
      copied: { publicKey: copied.publicKey, signature: this.prove(copyPurpose(own.publicKey), copied) },
      facts,
    };
    return this.rpc.request(endpointRequests.connectAsCopy, params, { timeout: this.patience * 2 });
  }

  /** Comes into an attended session; again with the same key, after a lost connection. */
  attend(ticket: string, keys: KeyPair, facts: DeviceFacts): Promise<ResultOf<typeof attendRequests.attend>> {
    const signature = this.prove(attendPurpose(ticket), keys);
    const params = { ticket, publicKey: keys.publicKey, signature, facts };
    return this.rpc.request(attendRequests.attend, params, { timeout: this.patience * 2 });
  }

  /** A technician signs in at this computer. */
  signInAtPortal(
    credentials: PortalCredentials,
    keys: KeyPair,
    facts: DeviceFacts,
  ): Promise<ResultOf<typeof portalRequests.signIn>> {
    const signature = this.prove(portalPurpose, keys);
    const params = { ...credentials, publicKey: keys.publicKey, signature, facts };
    return this.rpc.request(portalRequests.signIn, params, { timeout: this.patience * 2 });
  }

  /** Goes on with a set-up over another connection, with the same key. */
  resumeAtPortal(setUp: string, keys: KeyPair, facts: DeviceFacts): Promise<ResultOf<typeof portalRequests.resume>> {
    const signature = this.prove(portalResumePurpose(setUp), keys);
    const params = { setUp, publicKey: keys.publicKey, signature, facts };
    return this.rpc.request(portalRequests.resume, params, { timeout: this.patience * 2 });
  }

  /** The customer has removed the endpoint. */
  async leave(): Promise<void> {
    await this.rpc.request(endpointRequests.leave, {}, { timeout: this.patience });
  }

  /**
   * Says how this endpoint's removal goes.
   * @returns whether it is to remove itself
   */
  async removal(
    keys: KeyPair,
    stage: ParamsOf<typeof endpointRequests.removal>['stage'],
    problem: LatchkeyError | null = null,
  ): Promise<boolean> {
    const signature = this.prove(removalPurpose, keys);
    const params = { publicKey: keys.publicKey, signature, stage, problem: problem && problem.toData() };
    return (await this.rpc.request(endpointRequests.removal, params, { timeout: this.patience })).remove;
  }

  sendFacts(facts: DeviceFacts): void {
    this.rpc.notify(endpointNotifications.factsChanged, facts);
  }

  /** Says goodbye; where the hub doesn't answer that within a second, hangs up. */
  async close(): Promise<void> {
    this.rpc.dispose();
    if (this.socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.socket.terminate(), 1000);
      this.socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.socket.close(1000);
    });
  }

  private prove(purpose: string, keys: KeyPair): string {
    return keys.sign(endpointProof(purpose, this.ownNonce, this.hubNonce, keys.publicKey));
  }
}

function opened(socket: WebSocket, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown): void =>
      reject(new LatchkeyError('hub.unreachable', { url: address, reason }, { cause }));
    socket.once('open', resolve);
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message, error));
    socket.once('close', () => fail('closed'));
  });
}
