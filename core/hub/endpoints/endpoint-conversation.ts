import { randomBytes } from 'node:crypto';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import {
  connectPurpose,
  endpointNotifications,
  endpointProof,
  endpointRequests,
  hubProof,
  joinPurpose,
  type EndpointStanding,
} from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { hubRequests } from '#protocol/hub.ts';
import type { EnrolmentService } from '../enrolment/enrolment-service.ts';
import type { HubIdentity } from '../store/hub-identity.ts';
import type { DeviceRow } from '../store/tables.ts';
import type { EndpointService } from './endpoint-service.ts';
import type { LiveEndpoint } from './live-endpoints.ts';
import { isSignedBy } from './public-key.ts';

export interface ConversationParts {
  readonly rpc: RpcConnection;
  readonly from: string;
  readonly identity: HubIdentity;
  readonly enrolment: EnrolmentService;
  readonly endpoints: EndpointService;
  readonly close: (code: number, reason: string) => void;
  /** Called once, when the endpoint has proved which device it is. */
  readonly onProved?: () => void;
}

/** Milliseconds between two writes of one endpoint's facts. */
const factsInterval = 1000;

interface Nonces {
  readonly endpoint: string;
  readonly hub: string;
}

/** One endpoint's connection: first both prove themselves, then it is a device's until it ends. */
export class EndpointConversation {
  private readonly parts: ConversationParts;
  private nonces: Nonces | undefined;
  private endpoint: LiveEndpoint | undefined;
  /** One attempt at a time. */
  private entering = false;
  private latestFacts: DeviceFacts | undefined;
  private factsTimer: NodeJS.Timeout | undefined;

  constructor(parts: ConversationParts) {
    this.parts = parts;
    const { rpc } = parts;
    rpc.handle(hubRequests.ping, () => ({}));
    rpc.handle(endpointRequests.hello, ({ nonce }) => this.hello(nonce));
    rpc.handle(endpointRequests.join, (params) =>
      this.enter(async (nonces) => {
        const { token, publicKey, signature, facts } = params;
        requireProof(joinPurpose(token), nonces, publicKey, signature);
        const row = await parts.enrolment.join({ token, publicKey, facts, from: parts.from });
        await parts.endpoints.requireUnused(row, facts, parts.from);
        return { row, facts };
      }),
    );
    rpc.handle(endpointRequests.connect, (params) =>
      this.enter(async (nonces) => {
        const { publicKey, signature, facts } = params;
        requireProof(connectPurpose, nonces, publicKey, signature);
        return { row: await parts.endpoints.identify(publicKey, facts, parts.from), facts };
      }),
    );
    rpc.handle(endpointRequests.leave, async () => {
      if (!this.endpoint) throw new LatchkeyError('endpoint.proofInvalid');
      await parts.endpoints.leave(this.endpoint);
      return {};
    });
    rpc.on(endpointNotifications.factsChanged, (facts) => this.factsChanged(facts));
    rpc.onClose(() => this.ended());
  }

  get isProved(): boolean {
    return this.endpoint !== undefined;
  }

  private hello(nonce: string): { nonce: string; publicKey: string; signature: string } {
    const { identity } = this.parts;
    // Once: proofs made for one pair of numbers serve no other.
    if (this.nonces) throw new LatchkeyError('endpoint.proofInvalid');
    const own = randomBytes(24).toString('base64url');
    this.nonces = { endpoint: nonce, hub: own };
    return { nonce: own, publicKey: identity.publicKey, signature: identity.sign(hubProof(nonce, own)) };
  }

  private async enter(
    prove: (nonces: Nonces) => Promise<{ readonly row: DeviceRow; readonly facts: DeviceFacts }>,
  ): Promise<EndpointStanding> {
    const { rpc, from, close, endpoints, enrolment } = this.parts;
    if (!this.nonces || this.endpoint || this.entering) throw new LatchkeyError('endpoint.proofInvalid');
    this.entering = true;
    try {
      const { row, facts } = await prove(this.nonces);
      // Gone while the hub was busy: it never came online, and takes nobody's place.
      if (rpc.isClosed) throw new LatchkeyError('rpc.closed');
      this.endpoint = { device: row.id, group: row.group_id, facts, from, rpc, close };
      this.parts.onProved?.();
      endpoints.enter(this.endpoint);
      if (row.state === 'removing') {
        setImmediate(() => rpc.notify(endpointNotifications.remove, { reason: 'deleted' }));
      }
      return enrolment.standing(row);
    } finally {
      this.entering = false;
    }
  }

  /** Gathered: an endpoint whose facts flicker costs no more than one write a second. */
  private factsChanged(facts: DeviceFacts): void {
    if (!this.endpoint) return;
    this.latestFacts = facts;
    this.factsTimer ??= setTimeout(() => this.writeFacts(), factsInterval);
  }

  private writeFacts(): void {
    this.factsTimer = undefined;
    const { endpoint, latestFacts: facts } = this;
    // The device may have been deleted meanwhile: then there is nothing to write.
    if (endpoint && facts) void this.parts.endpoints.factsChanged(endpoint, facts).catch(() => {});
  }

  private ended(): void {
    if (this.factsTimer) {
      clearTimeout(this.factsTimer);
      this.writeFacts();
    }
    if (this.endpoint) this.parts.endpoints.exit(this.endpoint);
  }
}

function requireProof(purpose: string, nonces: Nonces, publicKey: string, signature: string): void {
  const text = endpointProof(purpose, nonces.endpoint, nonces.hub, publicKey);
  if (!isSignedBy(publicKey, text, signature)) throw new LatchkeyError('endpoint.proofInvalid');
}
