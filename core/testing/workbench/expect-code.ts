import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';

/** For `assert.rejects` and `assert.throws`: an error of this code. */
export const expectCode = (code: ErrorCode) => (error: unknown) =>
  error instanceof LatchkeyError && error.code === code;
