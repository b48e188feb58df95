import type { WakeOutcomes, WakeResult, WakeSender } from '#protocol/wake.ts';

/** The most senders that travel with a result. */
const mostSenders = 32;

/** Results as they travel: without the names of devices, and each sender named once. */
export function packWakeResults(results: readonly WakeResult[]): WakeOutcomes {
  const senders: WakeSender[] = [];
  const indexes = new Map<string | null, number>();
  const indexOf = (sender: WakeSender): number => {
    let index = indexes.get(sender.device);
    if (index === undefined) indexes.set(sender.device, (index = senders.push(sender) - 1));
    return index;
  };
  const outcomes = results.map(({ device, state, sentBy, problem }) => ({
    device,
    state,
    sentBy: sentBy.slice(0, mostSenders).map(indexOf),
    problem: withoutName(problem),
  }));
  return { senders, outcomes };
}

/** A problem without the name of the device that it is about. */
export function withoutName(problem: WakeResult['problem']): WakeResult['problem'] {
  if (!problem) return null;
  const { device: _, ...args } = problem.args;
  return { code: problem.code, args };
}

/** @param nameOf what a device goes by; its identifier where that is not known */
export function unpackWakeResults(
  { senders, outcomes }: WakeOutcomes,
  nameOf: (device: string) => string | undefined,
): WakeResult[] {
  return outcomes.map(({ device, state, sentBy, problem }) => {
    const name = nameOf(device) ?? device;
    return {
      device,
      name,
      state,
      sentBy: sentBy.flatMap((index) => senders[index] ?? []),
      problem: problem && { code: problem.code, args: { ...problem.args, device: name } },
    };
  });
}
