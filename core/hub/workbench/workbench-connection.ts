import type { NotificationContract } from '#protocol/messages.ts';
import type { Disposable } from '#core/base/lifecycle.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Credential } from '../accounts/credential.ts';
import type { TechnicianActor } from './technician-actor.ts';

export interface WorkbenchConnectionParts {
  readonly rpc: RpcConnection;
  readonly credential: Credential;
  readonly from: string;
  /** Looks the technician up as the account is now; throws where it may do nothing any more. */
  readonly actor: () => TechnicianActor;
  /** The same for what may be done before two-factor sign-in is set up. */
  readonly setUpActor: () => TechnicianActor;
  readonly close: (code: number, reason: string) => void;
  /** Bytes that wait to be sent. */
  readonly buffered?: () => number;
}

/** One workbench, in a browser or a command line, that is connected. */
export class WorkbenchConnection {
  readonly technicianId: string;
  /** What it signed in with. */
  readonly credential: Credential;
  readonly from: string;
  /** When it last asked for something, milliseconds since 1970. */
  usedAt = Date.now();
  private readonly parts: WorkbenchConnectionParts;

  constructor(parts: WorkbenchConnectionParts) {
    this.parts = parts;
    this.technicianId = parts.credential.technicianId;
    this.credential = parts.credential;
    this.from = parts.from;
  }

  /** @throws LatchkeyError `account.disabled`, `account.tokenInvalid`, `account.twoFactorMissing` */
  get actor(): TechnicianActor {
    return this.parts.actor();
  }

  /** @throws LatchkeyError `account.disabled`, `account.tokenInvalid` */
  get setUpActor(): TechnicianActor {
    return this.parts.setUpActor();
  }

  /** Bytes that wait to be sent, because the workbench or the way to it is slow. */
  get buffered(): number {
    return this.parts.buffered?.() ?? 0;
  }

  notify<P>(contract: NotificationContract<P>, params: NoInfer<P>): void {
    this.parts.rpc.notify(contract, params);
  }

  onClose(listener: () => void): Disposable {
    return this.parts.rpc.onClose(listener);
  }

  /** Ends the connection with a WebSocket close code. */
  close(code: number, reason: string): void {
    this.parts.close(code, reason);
  }
}
