import type { Benchmark, Measure } from './benchmark.ts';
import { signInTo, startHubProcess } from './hub-process.ts';
import { streamTerminal, type StreamOutcome } from './terminal/terminal-stream.ts';

const megabytes = 200;

export const benchmark: Benchmark = {
  title: 'Terminal output through the hub',
  method:
    `A computer prints ${megabytes} MB into a session's terminal, as fast as the workbench takes it in; then again, while a ` +
    `second workbench has attached and reads nothing. The hub's resident memory is looked at every 0.1 s, and both sockets ` +
    `that carry the output are pinged meanwhile.`,
  async run(workspace) {
    const { url } = await startHubProcess(workspace);
    const cookie = await signInTo(url);
    // The first megabytes make the hub's code hot and its heap as large as it gets.
    await streamTerminal(workspace, { url, cookie }, { megabytes: 30, idleOnlooker: false });
    const alone = await streamTerminal(workspace, { url, cookie }, { megabytes, idleOnlooker: false });
    const watched = await streamTerminal(workspace, { url, cookie }, { megabytes, idleOnlooker: true });
    return [...measures('one workbench', alone), ...measures('and an idle onlooker', watched)];
  },
};

const measures = (name: string, { seconds, memoryBefore, memoryMost, pings }: StreamOutcome): Measure[] => [
  { measure: `${name}: output`, value: megabytes / seconds, unit: 'MB a second' },
  {
    measure: `${name}: growth of the hub's memory`,
    value: (memoryMost - memoryBefore) / 1024 / 1024,
    unit: 'MB',
    aim: { atMost: 64 },
  },
  { measure: `${name}: ping meanwhile, median`, value: pings[Math.floor(pings.length / 2)] ?? 0, unit: 'ms' },
  { measure: `${name}: ping meanwhile, 95 %`, value: pings[Math.floor(pings.length * 0.95)] ?? 0, unit: 'ms' },
];
