import type { DeviceFacts } from '#protocol/facts.ts';

/** Where the facts about a computer come from. */
export interface FactsSource {
  /** The facts as they are now. */
  read(): Promise<DeviceFacts>;
}
