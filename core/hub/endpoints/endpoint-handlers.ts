import type { Disposable } from '#core/base/lifecycle.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { LiveEndpoint } from './live-endpoints.ts';

/** A customer's computer that is connected, as a device or for one attended session. */
export interface ComputerConnection {
  readonly facts: DeviceFacts;
  /** The network address. */
  readonly from: string;
  readonly rpc: RpcConnection;
  close(code: number, reason: string): void;
  /** Bytes that wait to be sent, because the computer or the way to it is slow. */
  buffered(): number;
  /** Whether it may send as much as a session needs. */
  allowMuch(much: boolean): void;
}

/** What a computer shows to be let in: its key, and the proof that it holds it. */
export interface EndpointProof {
  readonly publicKey: string;
  readonly signature: string;
  readonly facts: DeviceFacts;
}

/** A connection on which the hub has proved itself at most: what may be done on it beside being a device. */
export interface EndpointDoor {
  readonly rpc: RpcConnection;
  readonly from: string;
  /**
   * Lets whoever proves themselves for `purpose` in, if `admit` does. A connection is one thing alone: a device, or what
   * it was let in for.
   * @throws LatchkeyError `endpoint.proofInvalid`, or what `admit` throws
   */
  enter<T>(purpose: string, proof: EndpointProof, admit: (connection: ComputerConnection) => Promise<T>): Promise<T>;
  /**
   * Checks that whoever is there holds the key, whatever the connection is; lets nobody in.
   * @throws LatchkeyError `endpoint.proofInvalid`
   */
  prove(purpose: string, proof: Pick<EndpointProof, 'publicKey' | 'signature'>): void;
}

/** What a capability says to endpoints and hears from them. Bound any number of times. */
export interface EndpointHandlers {
  /**
   * A connection was opened; nothing is proved.
   * @returns what is disposed of where it turns out to be a device's: most are, and need none of it
   */
  opened?(door: EndpointDoor): Disposable;
  /** A device has proved itself. Called before it is answered, so that nothing that it says is missed. */
  entered?(endpoint: LiveEndpoint): void;
}
export const EndpointHandlers = Symbol('EndpointHandlers');
