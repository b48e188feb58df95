/**
 * Something that has to be made ready before the hub takes its first connection, or to be ended before the store closes.
 * Bound any number of times; started in the order of the modules, stopped in the opposite one.
 */
export interface HubPart {
  start?(): Promise<void> | void;
  stop?(): Promise<void> | void;
}
export const HubPart = Symbol('HubPart');
