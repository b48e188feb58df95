/** Where an extension that is being started gets its code. */
export interface ExtensionBundle {
  readonly name: string;
  /** The bundle's text, a classic script; whoever loads it has checked it against the hub's SHA-256. */
  readonly text: string;
}

/** Words for why an extension has stopped; the text of `extension.crashed` spells them out. */
export const stopReasons = [
  'tooLarge',
  'tooMuch',
  'outOfMemory',
  'notLoaded',
  'noFrame',
  'unreadable',
  'stopped',
] as const;
/** One of `stopReasons`, or what the system said of it: a signal, an exit code, the message of an error. */
export type StopReason = string;

/** One running extension: a worker or a child process. Speaks in whole JSON texts, one a message. */
export interface ExtensionProcess {
  send(text: string): void;
  /** Set once, before anything is sent. */
  onMessage(listener: (text: string) => void): void;
  /** Resolves with the reason once it has ended by itself. Never rejects; stays open when it is killed. */
  readonly crashed: Promise<StopReason>;
  /** Ends it at once, whatever it is doing; nothing is received from it afterwards. */
  kill(): void;
}

/** Starts extensions, each in isolation of its own: no network, no files, no storage, no other extension. */
export interface ExtensionRunner {
  /** @throws LatchkeyError `extension.crashed` where it cannot even be started */
  start(bundle: ExtensionBundle): Promise<ExtensionProcess>;
}
export const ExtensionRunner = Symbol('ExtensionRunner');
