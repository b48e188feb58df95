import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { newId } from '#core/base/ids.ts';
import { adminEmail, postJson, startTestHub, type TestHub, type TestWorkbench } from '#core/testing/test-hub.ts';
import { accountNotifications, accountRequests, tokenRequests, type Identity } from '#protocol/accounts.ts';
import { auditRequests } from '#protocol/audit.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import { groupRequests } from '#protocol/groups.ts';
import { closeSignedOut, closeTwoFactorMissing, hubRequests } from '#protocol/hub.ts';
import { permissionRequests } from '#protocol/permissions.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { ProofChecker } from '../accounts/proof-checker.ts';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { Store } from '../store/store.ts';
import { oneTimeCode } from './one-time-codes.ts';

const failsWith =
  (code: ErrorCode, args: Record<string, unknown> = {}) =>
  (error: unknown): boolean => {
    assert.equal((error as LatchkeyError).code, code);
    for (const [key, value] of Object.entries(args)) assert.equal((error as LatchkeyError).args[key], value, key);
    return true;
  };
const password = 'a long enough password';
/** The step after this one is good too, for an authenticator whose clock is ahead: a second code in the same test. */
const later = 30_000;

describe('Two-factor sign-in (G5)', () => {
  let hub: TestHub;
  let admin: TestWorkbench;
  let people = 0;
  before(async () => {
    hub = await startTestHub();
    admin = await hub.workbench();
  });

  async function newTechnician(): Promise<{ id: string; email: string }> {
    const email = `factor${++people}@example.com`;
    return admin.rpc.request(accountRequests.create, { email, name: 'T', role: 'technician', groups: [], password });
  }

  async function post(body: object): Promise<{ status: number; code?: string; cookie?: string; identity?: Identity }> {
    const answer = await postJson(`${hub.url}/api/sign-in`, body);
    const { error, identity } = (await answer.json()) as { error?: { code: string }; identity?: Identity };
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    return {
      status: answer.status,
      ...(error && { code: error.code }),
      ...(cookie && { cookie }),
      ...(identity && { identity }),
    };
  }

  async function setUp(email: string): Promise<{ person: TestWorkbench; secret: string; recoveryCodes: string[] }> {
    const person = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const { secret } = await person.rpc.request(twoFactorRequests.begin, { password });
    const { recoveryCodes } = await person.rpc.request(twoFactorRequests.confirm, {
      code: oneTimeCode(secret, Date.now()),
    });
    return { person, secret, recoveryCodes };
  }

  const state = (person: TestWorkbench) => person.rpc.request(twoFactorRequests.state, {});
  const last = async () => (await admin.rpc.request(auditRequests.query, { limit: 1 }))[0]!;

  it('a sign-in that somebody got hold of is not enough to guess the code that its owner is about to type', async () => {
    const { email } = await newTechnician();
    const { rpc } = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const { secret } = await rpc.request(twoFactorRequests.begin, { password });
    const old = oneTimeCode(secret, Date.now() - 10 * later);
    for (let guess = 0; guess < 5; guess++) {
      await assert.rejects(rpc.request(twoFactorRequests.confirm, { code: old }), failsWith('account.codeWrong'));
    }
    const confirm = rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) });
    await assert.rejects(confirm, failsWith('account.tooManyAttempts'));
  });

  it('is set up with the password and a code; from then on a sign-in takes a code', async () => {
    const { email, id } = await newTechnician();
    const { rpc } = await hub.workbench({ cookie: await hub.signIn(email, password) });
    assert.deepEqual(await rpc.request(twoFactorRequests.state, {}), {
      on: false,
      required: false,
      recoveryCodesLeft: 0,
    });
    await assert.rejects(
      rpc.request(twoFactorRequests.confirm, { code: '123456' }),
      failsWith('account.twoFactorNotBegun'),
    );
    await assert.rejects(rpc.request(twoFactorRequests.begin, { password: 'no' }), failsWith('account.wrongPassword'));
    const { secret, uri } = await rpc.request(twoFactorRequests.begin, { password });
    assert.ok(uri.includes(secret) && uri.includes(encodeURIComponent(email)));
    assert.equal((await post({ email, password })).status, 200, 'not in force before it is confirmed');
    const old = oneTimeCode(secret, Date.now() - 10 * later);
    await assert.rejects(rpc.request(twoFactorRequests.confirm, { code: old }), failsWith('account.codeWrong'));

    const changed = new Promise<Identity>((resolve) => rpc.on(accountNotifications.changed, resolve));
    const code = oneTimeCode(secret, Date.now());
    const { recoveryCodes } = await rpc.request(twoFactorRequests.confirm, { code });
    assert.equal(new Set(recoveryCodes).size, 10);
    assert.equal((await changed).twoFactor, 'on');
    assert.deepEqual(await rpc.request(twoFactorRequests.state, {}), {
      on: true,
      required: false,
      recoveryCodesLeft: 10,
    });
    const entry = await last();
    assert.deepEqual([entry.action, entry.subject?.id, entry.actor.name], ['twoFactor.switchOn', id, email]);

    assert.equal((await post({ email, password })).code, 'account.codeRequired');
    assert.equal((await post({ email, password, code })).code, 'account.codeWrong', 'a code is good once');
    assert.equal((await post({ email, password: 'no', code })).code, 'account.wrongPassword');
    const signedIn = await post({ email, password, code: oneTimeCode(secret, Date.now() + later) });
    assert.equal(signedIn.identity?.twoFactor, 'on');
    const listed = (await admin.rpc.request(accountRequests.list, {})).find((each) => each.id === id);
    assert.equal(listed?.twoFactor, true);
  });

  it('ends the sign-ins that were made without it, but the one that it was set up from', async () => {
    const { email } = await newTechnician();
    const other = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const { person } = await setUp(email);
    assert.equal(await other.closed, closeSignedOut);
    await person.rpc.request(hubRequests.ping, {});
  });

  it('takes a recovery code once in place of a code, and tells how many are left', async () => {
    const { email } = await newTechnician();
    const { person, recoveryCodes } = await setUp(email);
    const [code] = recoveryCodes;
    assert.equal((await post({ email, password, code: code!.toUpperCase() })).status, 200);
    assert.equal((await post({ email, password, code })).code, 'account.codeWrong');
    assert.equal((await state(person)).recoveryCodesLeft, 9);
  });

  it('gives new recovery codes for password and code; the old ones are void', async () => {
    const { email } = await newTechnician();
    const { person, secret, recoveryCodes } = await setUp(email);
    const renew = (code: string) => person.rpc.request(twoFactorRequests.renewRecoveryCodes, { password, code });
    await assert.rejects(renew('000000x'), failsWith('account.codeWrong'));
    const renewed = await renew(oneTimeCode(secret, Date.now() + later));
    assert.equal((await last()).action, 'twoFactor.renewRecoveryCodes');
    assert.equal((await post({ email, password, code: recoveryCodes[0] })).code, 'account.codeWrong');
    assert.equal((await post({ email, password, code: renewed.recoveryCodes[0] })).status, 200);
  });

  it('is moved to another authenticator with a code of the old one, which stays good until then', async () => {
    const { email } = await newTechnician();
    const { person, secret, recoveryCodes } = await setUp(email);
    await assert.rejects(person.rpc.request(twoFactorRequests.begin, { password }), failsWith('account.codeRequired'));
    const begun = await person.rpc.request(twoFactorRequests.begin, { password, code: recoveryCodes[0]! });
    assert.equal((await post({ email, password, code: oneTimeCode(secret, Date.now() + later) })).status, 200);
    await person.rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(begun.secret, Date.now()) });
    assert.equal((await post({ email, password, code: recoveryCodes[1] })).code, 'account.codeWrong');
    assert.equal((await post({ email, password, code: oneTimeCode(begun.secret, Date.now() + later) })).status, 200);
  });

  it('is switched off with password and code', async () => {
    const { email } = await newTechnician();
    const { person, secret } = await setUp(email);
    await assert.rejects(
      person.rpc.request(twoFactorRequests.switchOff, { password, code: '' }),
      failsWith('account.codeRequired'),
    );
    await person.rpc.request(twoFactorRequests.switchOff, { password, code: oneTimeCode(secret, Date.now() + later) });
    assert.equal((await last()).action, 'twoFactor.switchOff');
    assert.deepEqual(await state(person), { on: false, required: false, recoveryCodesLeft: 0 });
    assert.equal((await post({ email, password })).status, 200);
  });

  it('slows down whoever guesses codes, whatever of password and code they leave out in between', async () => {
    const { email } = await newTechnician();
    const { recoveryCodes } = await setUp(email);
    const answers: (string | undefined)[] = [];
    for (let guess = 0; guess < 6; guess++) {
      answers.push((await post({ email, password, code: '000000' })).code);
      answers.push((await post({ email, password })).code);
    }
    assert.ok(answers.includes('account.tooManyAttempts'), String(answers));
    assert.equal((await post({ email, password, code: recoveryCodes[0] })).code, 'account.tooManyAttempts');
  });

  it('is taken off a technician by an administrator, whose own is switched off with a code alone', async () => {
    const { email, id } = await newTechnician();
    const { person } = await setUp(email);
    await assert.rejects(
      person.rpc.request(twoFactorRequests.reset, { technician: id }),
      failsWith('permission.administratorOnly'),
    );
    await admin.rpc.request(twoFactorRequests.reset, { technician: id });
    assert.equal(await person.closed, closeSignedOut);
    assert.deepEqual([(await last()).action, (await last()).subject?.id], ['twoFactor.reset', id]);
    assert.equal((await post({ email, password })).status, 200);
    await assert.rejects(
      admin.rpc.request(twoFactorRequests.reset, { technician: newId() }),
      failsWith('account.notFound'),
    );
    const { technician: me } = await admin.rpc.request(accountRequests.me, {});
    await assert.rejects(
      admin.rpc.request(twoFactorRequests.reset, { technician: me.id }),
      failsWith('account.ownTwoFactor'),
    );
  });

  it('guards whatever asks a technician for a proof again, and sign-ins elsewhere', async () => {
    const { email, id } = await newTechnician();
    const { secret, recoveryCodes } = await setUp(email);
    const proofs = hub.get(ProofChecker);
    const actor = hub.get(TechnicianDirectory).actor(id, '192.0.2.7');
    await assert.rejects(proofs.reauthenticate(actor, { password: 'no' }), failsWith('account.wrongPassword'));
    await assert.rejects(proofs.reauthenticate(actor, { password }), failsWith('account.codeRequired'));
    await assert.rejects(proofs.reauthenticate(actor, { password, code: '1' }), failsWith('account.codeWrong'));
    await proofs.reauthenticate(actor, { password, code: recoveryCodes[0] });
    const code = oneTimeCode(secret, Date.now() + later);
    const elsewhere = await proofs.signInTechnician(email, { password, code }, '192.0.2.7');
    assert.deepEqual([elsewhere.id, elsewhere.from], [id, '192.0.2.7']);
  });

  it('keeps the secret and the recovery codes where nobody reads them', async () => {
    const { email } = await newTechnician();
    const { secret, recoveryCodes } = await setUp(email);
    const { read } = hub.get(Store);
    const kept = JSON.stringify([
      await read.selectFrom('two_factor').selectAll().execute(),
      await read.selectFrom('recovery_codes').selectAll().execute(),
      await read.selectFrom('audit').selectAll().execute(),
    ]);
    for (const hidden of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replaceAll('-', ''))])
      assert.equal(kept.includes(hidden), false);
  });
});

describe('Two-factor sign-in required of a role (G5)', () => {
  it('leaves nothing but setting it up, to sockets, tokens and downloads, until it is set up', async () => {
    const hub = await startTestHub();
    const admin = await hub.workbench();
    const email = 'tess@example.com';
    const account = { email, name: 'Tess', role: 'technician' as const, groups: [], password };
    const { id } = await admin.rpc.request(accountRequests.create, account);
    const cookie = await hub.signIn(email, password);
    const person = await hub.workbench({ cookie });
    const { secret: token } = await person.rpc.request(tokenRequests.create, { name: 'program', expiresAt: null });

    await assert.rejects(
      person.rpc.request(twoFactorRequests.setRequirement, { roles: [] }),
      failsWith('permission.administratorOnly'),
    );
    await admin.rpc.request(twoFactorRequests.setRequirement, { roles: ['technician'] });
    assert.equal(await person.closed, closeTwoFactorMissing);
    const [entry] = await admin.rpc.request(auditRequests.query, { limit: 1 });
    assert.deepEqual(
      [entry?.action, entry?.before, entry?.after],
      ['twoFactor.setRequirement', { roles: [] }, { roles: ['technician'] }],
    );
    assert.deepEqual(await admin.rpc.request(twoFactorRequests.requirement, {}), { roles: ['technician'] });

    for (const credential of [{ cookie }, { token }]) {
      const { rpc } = await hub.workbench(credential);
      assert.equal((await rpc.request(accountRequests.me, {})).twoFactor, 'missing');
      assert.equal((await rpc.request(accountRequests.administrators, {}))[0]?.email, adminEmail);
      await rpc.request(hubRequests.ping, {});
      for (const refused of [
        () => rpc.request(deviceRequests.changes, { since: null }),
        () => rpc.request(groupRequests.list, {}),
        () => rpc.request(permissionRequests.effective, {}),
        () => rpc.request(tokenRequests.create, { name: 'another', expiresAt: null }),
        () => rpc.request(twoFactorRequests.renewRecoveryCodes, { password, code: '1' }),
        () => rpc.request(twoFactorRequests.switchOff, { password, code: '1' }),
      ]) {
        await assert.rejects(refused(), failsWith('account.twoFactorMissing'));
      }
    }
    const download = await fetch(`${hub.url}/api/installers/${newId()}/files/deb`, { headers: { cookie } });
    assert.equal(download.status, 403);
    const forProgram = await postJson(`${hub.url}/api/sign-in`, { email, password, token: { name: 'another' } });
    assert.equal(forProgram.status, 403);
    await assert.rejects(
      hub.get(ProofChecker).signInTechnician(email, { password }, ''),
      failsWith('account.twoFactorMissing'),
    );

    const { rpc } = await hub.workbench({ cookie: await hub.signIn(email, password) });
    const { secret } = await rpc.request(twoFactorRequests.begin, { password });
    await rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) });
    assert.deepEqual(await rpc.request(groupRequests.list, {}), []);
    assert.deepEqual(await rpc.request(twoFactorRequests.state, {}), {
      on: true,
      required: true,
      recoveryCodesLeft: 10,
    });
    const code = oneTimeCode(secret, Date.now() + 30_000);
    await assert.rejects(
      rpc.request(twoFactorRequests.switchOff, { password, code }),
      failsWith('account.twoFactorRequired', { role: 'technician' }),
    );
    const program = await hub.workbench({ token });
    assert.deepEqual(await program.rpc.request(groupRequests.list, {}), [], 'tokens are good again');

    // Taken off by an administrator it has to be set up anew.
    await admin.rpc.request(twoFactorRequests.reset, { technician: id });
    await program.closed;
    const again = await hub.workbench({ token });
    await assert.rejects(again.rpc.request(groupRequests.list, {}), failsWith('account.twoFactorMissing'));
  });

  it('survives a restart, and no longer required asks for nothing', async () => {
    const hub = await startTestHub();
    await (await hub.workbench()).rpc.request(twoFactorRequests.setRequirement, { roles: ['administrator'] });
    await hub.close();
    const again = await startTestHub({ data: hub.data });
    const { rpc } = await again.workbench();
    assert.equal((await rpc.request(accountRequests.me, {})).twoFactor, 'missing');
    const { secret } = await rpc.request(twoFactorRequests.begin, { password: 'correct horse battery' });
    await rpc.request(twoFactorRequests.confirm, { code: oneTimeCode(secret, Date.now()) });
    await rpc.request(twoFactorRequests.setRequirement, { roles: [] });
    const code = oneTimeCode(secret, Date.now() + 30_000);
    await rpc.request(twoFactorRequests.switchOff, { password: 'correct horse battery', code });
    assert.equal((await rpc.request(accountRequests.me, {})).twoFactor, 'off');
  });
});
