import { setTimeout as delay } from 'node:timers/promises';
import assert from 'node:assert/strict';
import type { ErrorCode, LatchkeyError } from '#protocol/errors.ts';

/** For `assert.rejects`: an error with this code. */
export const failsWith =
  (code: ErrorCode) =>
  (error: unknown): true => {
    assert.equal((error as LatchkeyError).code, code, String((error as Error).stack));
    return true;
  };

/** Waits until `condition` holds; fails where it doesn't within `patience` (milliseconds). */
export async function until(condition: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  for (const end = Date.now() + patience; !(await condition()); await delay(10)) {
    assert.ok(Date.now() < end, `In vain: ${condition.toString()}`);
  }
}
