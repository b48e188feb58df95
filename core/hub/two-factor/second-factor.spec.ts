import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { newOneTimeSecret, oneTimeCode, oneTimeUri, stepOf } from './one-time-codes.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { SecondFactor } from './second-factor.ts';
import { SecretSeal } from './secret-seal.ts';

const step = 30_000;
const noon = 1_800_000_000_000;

describe('One-time codes (G5)', () => {
  it('are those of RFC 6238', () => {
    // Appendix B, the last six of its eight digits.
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    for (const [seconds, code] of [
      [59, '287082'],
      [1111111109, '081804'],
      [1111111111, '050471'],
      [1234567890, '005924'],
      [2000000000, '279037'],
      [20000000000, '353130'],
    ] as const) {
      assert.equal(oneTimeCode(secret, seconds * 1000), code);
      assert.equal(stepOf(secret, code, seconds * 1000), Math.floor(seconds / 30));
    }
  });

  it('are told to authenticators by an address that names hub and account', () => {
    const secret = newOneTimeSecret();
    assert.match(secret, /^[A-Z2-7]{32}$/);
    const uri = new URL(oneTimeUri(secret, 'anna@example.com'));
    assert.equal(uri.protocol, 'otpauth:');
    assert.equal(decodeURIComponent(uri.pathname), '/Latchkey:anna@example.com');
    const { secret: told, issuer, algorithm, digits, period } = Object.fromEntries(uri.searchParams);
    assert.deepEqual([told, issuer, algorithm, digits, period], [secret, 'Latchkey', 'SHA1', '6', '30']);
  });
});

describe('Second factor (G5)', () => {
  const seal = new SecretSeal(randomBytes(32));
  let store: Store;
  before(async () => {
    store = await openStore({ folder: temporaryFolder() });
    whenDone(() => store.close());
  });

  async function enrolled(): Promise<{ id: string; secret: string; factor: SecondFactor; at: (now: number) => void }> {
    const id = newId();
    const secret = newOneTimeSecret();
    await store.write(({ db }) =>
      db
        .insertInto('two_factor')
        .values({
          technician_id: id,
          secret: seal.seal(secret, id),
          last_step: 0,
          pending_secret: null,
          pending_at: null,
        })
        .execute(),
    );
    let now = noon;
    return { id, secret, factor: new SecondFactor(store, seal, () => now), at: (moment) => void (now = moment) };
  }

  it('takes the codes of now, and of one step before and after, and no others', async () => {
    for (const [offset, good] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const) {
      const { id, secret, factor } = await enrolled();
      assert.equal(await factor.use(id, oneTimeCode(secret, noon + offset * step)), good, String(offset));
    }
  });

  it('takes a code once, however it is typed and however many come at once, and none from before it', async () => {
    const { id, secret, factor, at } = await enrolled();
    const code = oneTimeCode(secret, noon);
    const typed = `${code.slice(0, 3)} ${code.slice(3)} `;
    const answers = await Promise.all([code, typed, code, typed].map((each) => factor.use(id, each)));
    assert.deepEqual(answers.filter(Boolean), [true]);
    assert.equal(await factor.use(id, oneTimeCode(secret, noon - step)), false);
    at(noon + step);
    assert.equal(await factor.use(id, code), false);
    assert.equal(await factor.use(id, oneTimeCode(secret, noon + step)), true);
  });

  it('takes each recovery code once, however it is typed, and of its owner alone', async () => {
    const { id, factor } = await enrolled();
    const other = await enrolled();
    const [one, two, three] = newRecoveryCodes();
    assert.match(one!, /^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    const rows = [one, two, three].map((code) => ({ technician_id: id, code_hash: hashRecoveryCode(code!) }));
    await store.write(({ db }) => db.insertInto('recovery_codes').values(rows).execute());
    assert.equal(await other.factor.use(other.id, one!), false);
    const answers = await Promise.all([one, one].map((code) => factor.use(id, code!)));
    assert.deepEqual(answers.filter(Boolean), [true]);
    const confused = two!.toUpperCase().replaceAll('-', ' ').replaceAll('O', '0').replaceAll('L', '1');
    assert.equal(await factor.use(id, confused), true);
    assert.equal(await factor.use(id, ''), false);
    assert.equal(await factor.use(id, 'nonsense'), false);
    assert.equal(await factor.use(id, three!), true);
  });

  it('is off for who has none', async () => {
    const { factor, secret } = await enrolled();
    assert.equal(await factor.use(newId(), oneTimeCode(secret, noon)), false);
  });
});

describe('Sealed secrets', () => {
  const seal = new SecretSeal(randomBytes(32));

  it('say nothing, and open for their owner alone', () => {
    const sealed = seal.seal('JBSWY3DPEHPK3PXP', 'anna');
    assert.equal(Buffer.from(sealed, 'base64url').includes('JBSW'), false);
    assert.notEqual(seal.seal('JBSWY3DPEHPK3PXP', 'anna'), sealed);
    assert.equal(seal.open(sealed, 'anna'), 'JBSWY3DPEHPK3PXP');
    assert.throws(() => seal.open(sealed, 'bert'));
    assert.throws(() => new SecretSeal(randomBytes(32)).open(sealed, 'anna'));
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[bytes.length - 1]! ^= 1;
    assert.throws(() => seal.open(bytes.toString('base64url'), 'anna'));
    assert.throws(() => seal.open('', 'anna'));
  });
});
