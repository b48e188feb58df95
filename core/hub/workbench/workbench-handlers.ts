import type { Call } from '#core/base/rpc/rpc-connection.ts';
import type { NotificationContract, RequestContract } from '#protocol/messages.ts';
import type { TechnicianActor } from './technician-actor.ts';
import type { WorkbenchConnection } from './workbench-connection.ts';

/** What a handler gets beside the parameters. */
export interface WorkbenchCall extends Call {
  /** Who calls, as the account is now: roles and groups that have changed are in force at once. */
  readonly actor: TechnicianActor;
  readonly connection: WorkbenchConnection;
}

/** What a listener gets beside the parameters. */
export type WorkbenchNotice = Pick<WorkbenchCall, 'actor' | 'connection'>;

export interface HandlerOptions {
  readonly audit?: string;
  readonly beforeTwoFactor?: boolean;
}

export interface WorkbenchHandlerRegistry {
  /**
   * @param options `audit`: the action under which refused calls stand in the audit log; absent for calls that only read.
   *   `beforeTwoFactor`: answered too while the caller's role requires two-factor sign-in that is not set up.
   */
  handle<P, R>(
    contract: RequestContract<P, R>,
    handler: (params: P, call: WorkbenchCall) => R | Promise<R>,
    options?: HandlerOptions,
  ): void;
  /** Nobody is told of what a listener throws: a notification has no answer. */
  on<P>(contract: NotificationContract<P>, listener: (params: P, call: WorkbenchNotice) => void): void;
}

/** What a capability answers to workbenches. Bound any number of times; `NAME-handlers.ts` in each capability. */
export interface WorkbenchHandlers {
  register(registry: WorkbenchHandlerRegistry): void;
}
export const WorkbenchHandlers = Symbol('WorkbenchHandlers');
