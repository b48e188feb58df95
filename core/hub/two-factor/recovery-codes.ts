import { recoveryCodeCount } from '#protocol/two-factor.ts';
import { newId } from '#core/base/ids.ts';
import { hashSecret } from '../accounts/secrets.ts';

/** New recovery codes of 80 random bits each, as people copy them: `abcd-efgh-ijkl-mnop`. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: recoveryCodeCount }, () => newId().match(/.{4}/g)!.join('-'));

/** How a code is kept and looked up, however it was typed: digits that no code has stand for the letters like them. */
export const hashRecoveryCode = (typed: string): string =>
  hashSecret(typed.toLowerCase().replace(/[\s-]/g, '').replace(/0/g, 'o').replace(/1/g, 'l').replace(/8/g, 'b'));
