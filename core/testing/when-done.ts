import { after } from 'node:test';

const cleanups: (() => void | Promise<void>)[] = [];

// Registered while the file loads, and so for the file as a whole: a hook that is registered inside another hook or a test
// runs when that one is over.
after(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Called when all tests of this file are over; what was added last comes first. */
export function whenDone(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup);
}
