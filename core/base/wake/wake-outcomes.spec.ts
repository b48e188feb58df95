import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { maximumMessageBytes } from '#protocol/hub.ts';
import { maximumWakeDevices, wakeOutcomes, type WakeResult } from '#protocol/wake.ts';
import { packWakeResults, unpackWakeResults } from './wake-outcomes.ts';

const longest = 'ß'.repeat(255);
const idOf = (index: number): string => index.toString(8).padStart(16, 'a').replaceAll('0', 'z').replaceAll('1', 'y');
const results = Array.from({ length: maximumWakeDevices }, (_, index): WakeResult => ({
  device: idOf(index),
  name: `${longest.slice(6)}${index}`,
  state: 'noAnswer',
  sentBy: [0, 1, 2].map((sender) => ({ device: idOf(sender), name: longest })),
  problem: { code: 'wake.noAnswerRouted', args: { device: `${longest.slice(6)}${index}`, seconds: 120 } },
}));

describe('Results of a wake on their way (X9)', () => {
  it('X9: those of 10,000 devices with the longest names fit one message', () => {
    const packed = packWakeResults(results);
    assert.ok(wakeOutcomes.safeParse(packed).success);
    const bytes = Buffer.byteLength(JSON.stringify(packed));
    assert.ok(bytes < maximumMessageBytes / 2, `${bytes} bytes`);
  });

  it('X9: arrive as they were', () => {
    const names = new Map(results.map(({ device, name }) => [device, name]));
    assert.deepEqual(
      unpackWakeResults(packWakeResults(results), (device) => names.get(device)),
      results,
    );
  });
});
