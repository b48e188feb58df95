import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { newFacts } from '#core/testing/test-endpoint.ts';
import { startTestHub } from '#core/testing/test-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { deviceRequests } from '#protocol/devices.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import { groupRequests } from '#protocol/groups.ts';
import { installerRequests } from '#protocol/installers.ts';
import { endpointTexts } from '../commands/endpoint-io.ts';
import { runCommand } from '../commands/run-command.ts';
import { DataFolder } from '../data-folder/data-folder.ts';
import { readEnrolment } from '../enrolment/enrolment-file.ts';
import { join as joinHub } from '../enrolment/join.ts';
import { KeyPair } from './key-pair.ts';

/** Runs the endpoint of a data folder on a computer with these facts, until told to stop. */
function run(data: string, facts: DeviceFacts): { stop(): Promise<void> } {
  const end = new AbortController();
  const io = {
    env: {},
    localizer: endpointTexts('en'),
    signal: end.signal,
    result: () => {},
    note: () => {},
  };
  const timings = { retryFirst: 0.01, retryLongest: 0.05, retryCopy: 0.05, factsInterval: 0 };
  const done = runCommand({ data, timings, facts: { read: async () => facts } }, io).catch(() => {});
  const stop = async (): Promise<void> => {
    end.abort();
    await done;
  };
  whenDone(stop);
  return { stop };
}

const deviceIn = async (data: string): Promise<string | undefined> =>
  (await readEnrolment(new DataFolder(data).enrolmentFile))?.standing.device;
const keyIn = (data: string): { publicKey: string; next?: string } =>
  JSON.parse(readFileSync(join(data, 'identity.json'), 'utf8')) as { publicKey: string; next?: string };

describe('A copied disk', () => {
  it('makes a key of its own and is a second device; the original stays what it is', async () => {
    const hub = await startTestHub();
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Berlin' });
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { installer, token } = await rpc.request(installerRequests.generate, wanted);
    const [original, copy] = [join(temporaryFolder(), 'original'), join(temporaryFolder(), 'copy')];
    const [facts, others] = [newFacts(), newFacts()];
    const folder = new DataFolder(original);
    await folder.prepare();
    const invitation = { hub: { address: hub.url, key: token.split('.')[3]! }, token, installer: installer.id };
    const { standing } = await joinHub(folder, invitation, { read: async () => facts });
    cpSync(original, copy, { recursive: true });
    const first = run(original, facts);
    const second = run(copy, others);
    await until(async () => (await deviceIn(copy)) !== standing.device);
    assert.notEqual(keyIn(copy).publicKey, keyIn(original).publicKey);
    assert.equal(keyIn(copy).next, undefined);
    const copied = (await deviceIn(copy))!;
    const details = await rpc.request(deviceRequests.get, { device: copied });
    assert.deepEqual([details.device.group, details.device.state], [group, 'active']);
    assert.deepEqual(details.facts, others);
    await Promise.all([first.stop(), second.stop()]);
    // Both come back as what they are.
    const again = [run(original, facts), run(copy, others)];
    await until(async () => {
      const seen = await Promise.all(
        [standing.device, copied].map((device) => rpc.request(deviceRequests.get, { device })),
      );
      return seen.every(({ lastSeenAt }) => lastSeenAt !== null && Date.now() - lastSeenAt < 500);
    });
    assert.deepEqual([await deviceIn(original), await deviceIn(copy)], [standing.device, copied]);
    const { devices } = await rpc.request(deviceRequests.changes, { since: null });
    assert.equal(devices.length, 2);
    await Promise.all(again.map(({ stop }) => stop()));
  });

  it('that was stopped before the answer came goes on with the key that it had made', async () => {
    const hub = await startTestHub();
    const { rpc } = await hub.workbench();
    const { id: group } = await rpc.request(groupRequests.create, { name: 'Bonn' });
    const wanted = { group, name: null, limit: 5, expiresAt: null };
    const { installer, token } = await rpc.request(installerRequests.generate, wanted);
    const data = join(temporaryFolder(), 'copy');
    const folder = new DataFolder(data);
    await folder.prepare();
    const invitation = { hub: { address: hub.url, key: token.split('.')[3]! }, token, installer: installer.id };
    const { standing } = await joinHub(folder, invitation, { read: async () => newFacts() });
    const next = KeyPair.generate();
    const file = join(data, 'identity.json');
    const kept = { ...keyIn(data), next: next.exportSeed().toString('base64url') };
    writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
    const running = run(data, newFacts());
    await until(async () => (await deviceIn(data)) !== standing.device);
    assert.equal(keyIn(data).publicKey, next.publicKey);
    await running.stop();
  });
});
