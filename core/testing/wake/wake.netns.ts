import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { unpackWakeResults } from '#core/base/wake/wake-outcomes.ts';
import type { KeptWake, WakeOutcomes, WakeResult } from '#protocol/wake.ts';

/*
 * Real packets between real networks: a router with three subnets, a hub in the third, computers in all of them. Each is a
 * network namespace of its own; all of them are gone afterwards. Needs root.
 */

const prefix = `lkw${process.pid % 10000}`;
const script = (name: string): string => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: 'pipe', timeout: 10_000 });
const namespaces: string[] = [];

interface Event {
  readonly event?: string;
  readonly device?: string;
  readonly mine?: boolean;
  readonly port?: number;
  readonly from?: string;
  readonly bytes?: number;
  readonly url?: string;
  readonly result?: any;
  readonly error?: string;
}

function namespace(name: string): string {
  const made = `${prefix}-${name}`;
  ip('netns', 'add', made);
  namespaces.push(made);
  ip('-n', made, 'link', 'set', 'lo', 'up');
  return made;
}

/** Runs a script in a namespace, and keeps the lines that it writes. */
function run(where: string, name: string, ...words: string[]): { events: Event[]; child: ChildProcess } {
  const child = spawn(
    'ip',
    ['netns', 'exec', where, process.execPath, '--disable-warning=ExperimentalWarning', script(name), ...words],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const events: Event[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => void events.push(JSON.parse(line) as Event));
  children.push(child);
  return { events, child };
}
const children: ChildProcess[] = [];

/** Waits until `condition` holds: as long as processes take to start on a busy machine. */
async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 45_000; !condition(); await delay(10)) {
    assert.ok(Date.now() < end, `In vain: ${condition.toString()}`);
  }
}

const subnets = { a: '10.77.1', b: '10.77.2', c: '10.77.3' } as const;
let cards = 0;

/** A namespace with one card that is plugged into a subnet. */
function plug(name: string, subnet: keyof typeof subnets, host: number): { where: string; mac: string } {
  const where = namespace(name);
  const mac = `00:16:3e:77:00:${(++cards).toString(16).padStart(2, '0')}`;
  const plugged = `p${cards}`;
  ip('link', 'add', 'eth0', 'netns', where, 'address', mac, 'type', 'veth', 'peer', 'name', plugged, 'netns', router);
  ip('-n', router, 'link', 'set', plugged, 'master', `net-${subnet}`, 'up');
  ip('-n', where, 'address', 'add', `${subnets[subnet]}.${host}/24`, 'broadcast', '+', 'dev', 'eth0');
  ip('-n', where, 'link', 'set', 'eth0', 'up');
  ip('-n', where, 'route', 'add', 'default', 'via', `${subnets[subnet]}.1`);
  return { where, mac };
}
let router = '';

const isRoot = process.getuid?.() === 0;

describe('Waking over real networks', { skip: isRoot ? false : 'needs root, for network namespaces' }, () => {
  let ask: (method: string, params: object) => Promise<any>;
  const computers = new Map<string, { events: Event[]; device: string; mac: string }>();

  whenDone(async () => {
    for (const child of children) child.stdin?.end();
    await Promise.race([
      Promise.all(children.map(async (child) => child.exitCode ?? once(child, 'exit'))),
      new Promise((resolve) => setTimeout(resolve, 5000).unref()),
    ]);
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    for (const each of namespaces) ip('netns', 'del', each);
  });

  before(async () => {
    router = namespace('r');
    for (const [name, subnet] of Object.entries(subnets)) {
      ip('-n', router, 'link', 'add', `net-${name}`, 'type', 'bridge');
      ip('-n', router, 'address', 'add', `${subnet}.1/24`, 'broadcast', '+', 'dev', `net-${name}`);
      ip('-n', router, 'link', 'set', `net-${name}`, 'up');
    }
    const settings = ['ip_forward=1', 'conf.all.bc_forwarding=1', 'conf.net-a.bc_forwarding=1'];
    for (const each of settings) ip('netns', 'exec', router, 'sysctl', '-q', '-w', `net.ipv4.${each}`);

    const { where } = plug('hub', 'c', 2);
    const { events, child } = run(where, 'hub', `${subnets.c}.2`, temporaryFolder());
    await until(() => events.length > 0);
    const { url = '' } = events[0]!;
    ask = async (method, params) => {
      const start = events.length;
      child.stdin!.write(`${JSON.stringify({ method, params })}\n`);
      await until(() => events.length > start);
      const { result, error } = events[start]!;
      assert.equal(error, undefined);
      return result;
    };
    const group = (await ask('groups/create', { name: 'Berlin' })).id as string;
    const { token } = await ask('installers/generate', { group, name: null, limit: 100, expiresAt: null });
    const wanted = [
      ['a-awake', 'a', 10, 'awake'],
      ['a-second', 'a', 11, 'awake'],
      ['a-asleep', 'a', 20, 'asleep'],
      ['a-other', 'a', 21, 'asleep'],
      ['a-dead', 'a', 22, 'dead'],
      ['a-early', 'a', 23, 'asleep'],
      ['b-asleep', 'b', 20, 'asleep'],
      ['c-asleep', 'c', 20, 'asleep'],
    ] as const;
    const started = wanted.map(([name, subnet, host, mode]) => {
      const { where: place, mac } = plug(name, subnet, host);
      return { name, mac, mode, ...run(place, 'computer', url, token, name, mac, mode) };
    });
    for (const { name, mac, mode, events: said } of started) {
      const ready = mode === 'awake' ? 1 : 3;
      await until(() => said.filter(({ event }) => event === 'joined' || event === 'listening').length === ready);
      const joined = said.find(({ event }) => event === 'joined');
      computers.set(name, { events: said, mac, device: joined!.device! });
    }
  });

  const of = (name: string) => computers.get(name)!;
  const packets = (name: string): Event[] => of(name).events.filter(({ event }) => event === 'packet');
  const booted = (name: string): boolean => of(name).events.some(({ event }) => event === 'booted');
  const wake = async (...names: string[]): Promise<WakeResult[]> =>
    unpackWakeResults(
      (await ask('wake/run', { devices: names.map((name) => of(name).device) })) as WakeOutcomes,
      () => undefined,
    );
  const senders = ({ sentBy }: WakeResult): string[] => sentBy.map(({ name }) => name).sort();

  it('X6: neighbours send on both ports to the subnet, and only the computer that is meant comes back', async () => {
    const [result] = await wake('a-asleep');
    assert.deepEqual([result!.state, senders(result!)], ['awake', ['a-awake', 'a-second']]);
    await until(() => booted('a-asleep'));
    await until(() => packets('a-other').length === 8);
    const heard = packets('a-other');
    assert.deepEqual([...new Set(heard.map(({ port }) => port))].sort(), [7, 9]);
    assert.deepEqual([...new Set(heard.map(({ from }) => from))].sort(), ['10.77.1.10', '10.77.1.11']);
    assert.ok(heard.every(({ mine, bytes }) => mine === false && bytes === 102));
    assert.deepEqual([booted('a-other'), packets('b-asleep').length, packets('c-asleep').length], [false, 0, 0]);
  });

  it('X6: the hub sends where it is in the subnet itself', async () => {
    const [result] = await wake('c-asleep');
    assert.deepEqual([result!.state, senders(result!)], ['awake', ['hub']]);
    assert.deepEqual([...new Set(packets('c-asleep').map(({ from }) => from))], ['10.77.3.2']);
  });

  it('X6: another subnet is tried only once an administrator has said that it reaches this one', async () => {
    const [refused] = await wake('b-asleep');
    assert.deepEqual([refused!.state, refused!.problem?.code], ['refused', 'wake.noSender']);
    assert.equal(packets('b-asleep').length, 0);
    await ask('wake/setRelays', { relays: [{ subnet: '10.77.2.0/24', through: '10.77.1.0/24' }] });
    const [result] = await wake('b-asleep');
    assert.equal(result!.state, 'awake');
    assert.ok(senders(result!).every((name) => name.startsWith('a-')));
  });

  it('X6, X9: what hears its packet and stays off is not called awake', async () => {
    const [other, dead] = await wake('a-other', 'a-dead');
    assert.equal(other!.state, 'awake');
    assert.deepEqual([dead!.state, dead!.problem?.code], ['noAnswer', 'wake.noAnswer']);
    assert.ok(packets('a-dead').some(({ mine }) => mine));
  });

  it('X6: at the time of a schedule the packets go out by themselves', async () => {
    const [time = ''] = new Date(Date.now() + 120_000)
      .toISOString()
      .split('T')[1]!
      .split(/:\d\d\./);
    const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    const when = { days, time, zone: 'UTC', enabled: true };
    const wanted = { name: 'Early', devices: [of('a-early').device], groups: [], ...when };
    const { id: schedule } = await ask('wake/saveSchedule', wanted);
    assert.equal(booted('a-early'), false);
    await ask('clock/advance', { minutes: 3 });
    await until(() => booted('a-early'));
    let last: KeptWake | undefined;
    for (const end = Date.now() + 20_000; last?.state !== 'done' && Date.now() < end; await delay(100)) {
      [last] = (await ask('wake/history', { schedule, limit: 1 })).wakes as KeptWake[];
    }
    assert.deepEqual([last?.state, last?.counts], ['done', { awake: 1, online: 0, noAnswer: 0, failed: 0 }]);
  });
});
