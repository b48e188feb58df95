import assert from 'node:assert/strict';
import { MagicPacketSender } from '#core/base/wake/magic-packet-sender.ts';
import { subnetOf } from '#core/base/wake/ipv4-subnet.ts';
import { believableFacts } from '#core/cli/simulation/believable-facts.ts';
import { LiveEndpoints, type LiveEndpoint } from '#core/hub/endpoints/live-endpoints.ts';
import { WakeDispatch } from '#core/hub/wake/wake-dispatch.ts';
import { awakeIn, batchesOf, chooseSenders, sendersWanted } from '#core/hub/wake/wake-plan.ts';
import type { WakeTarget } from '#core/hub/wake/wake-targets.ts';
import { wakePorts } from '#protocol/wake.ts';
import type { Benchmark } from './benchmark.ts';

const online = 2000;
const subnets = 20;
const asleep = 1000;
const group = 'group';
const address = (index: number): string => `10.1.${index % subnets}.${Math.floor(index / subnets) + 1}/24`;

export const benchmark: Benchmark = {
  title: 'Waking',
  method:
    `${online.toLocaleString('en')} endpoints are online in ${subnets} subnets. One sleeping device is woken, then ` +
    `${asleep.toLocaleString('en')} in one call. Counted is what the hub asks for; the endpoints do not send. Baseline: a hub ` +
    'that has every endpoint send, once on one port.',
  async run() {
    const one = await wake(1);
    const many = await wake(asleep);
    assert.equal(one.devices, 1);
    assert.equal(many.devices, asleep);
    const everyone = { name: 'every endpoint sends', value: online };
    return [
      { measure: 'packets, one device', value: one.packets, unit: '', baseline: everyone, aim: { exactly: 6 } },
      {
        measure: 'endpoints asked, one device',
        value: one.messages,
        unit: '',
        baseline: everyone,
        aim: { exactly: 3 },
      },
      {
        measure: `packets a device, ${asleep.toLocaleString('en')} devices`,
        value: many.packets / asleep,
        unit: '',
        baseline: everyone,
        aim: { exactly: 6 },
      },
      {
        measure: `messages to endpoints, ${asleep.toLocaleString('en')} devices`,
        value: many.messages,
        unit: '',
        baseline: { name: 'every endpoint, for each device', value: online * asleep },
        aim: { exactly: 3 * subnets },
      },
      { measure: `choosing who sends, ${asleep.toLocaleString('en')} devices`, value: many.planned, unit: 'ms' },
    ];
  },
};

/** Has devices woken in a hub whose endpoints count what they are asked for. */
async function wake(count: number) {
  let [packets, messages] = [0, 0];
  const live = new LiveEndpoints();
  for (let index = 0; index < online; index++) {
    const facts = believableFacts('wake', index);
    const interfaces = [{ ...facts.interfaces[0]!, name: 'eth0', addresses: [address(index)] }];
    const rpc = {
      request: (_: unknown, { targets, copies }: { targets: unknown[]; copies: number }) => {
        messages++;
        packets += targets.length * copies * wakePorts.length;
        return Promise.resolve({ packets: 0 });
      },
    };
    live.add({ device: `online${index}`, group, facts: { ...facts, interfaces }, rpc } as unknown as LiveEndpoint);
  }
  const targets: WakeTarget[] = Array.from({ length: count }, (_, index) => {
    const mac = `00:16:3e:00:${hex(index >> 8)}:${hex(index)}`;
    const subnet = subnetOf(address(index))!;
    return { device: `asleep${index}`, name: '', group, interfaces: [{ mac, address: '', subnet }] };
  });
  const dispatch = new WakeDispatch(live, new MagicPacketSender(() => []));
  const start = performance.now();
  const batches = batchesOf(targets);
  const awake = awakeIn(live, sendersWanted(batches, [])).map((each) => ({ ...each, name: each.device }));
  const plans = batches.map((batch) => ({ batch, choices: chooseSenders(batch, awake, [], () => false) }));
  const planned = performance.now() - start;
  let devices = 0;
  for (const { batch, choices } of plans) {
    for (const part of await dispatch.send(batch, choices, new Map(), () => false)) devices += part.devices.length;
  }
  return { packets, messages, devices, planned };
}

const hex = (value: number): string => (value & 0xff).toString(16).padStart(2, '0');
