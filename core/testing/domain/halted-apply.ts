// A thread that applies a plan and, once so many steps have been kept, is never told that the next one was. Ended then, it is a hub
// that was killed: nothing is taken back.
import { parentPort, workerData } from 'node:worker_threads';
import { DomainPolicyService } from '#core/hub/domain/domain-policy-service.ts';
import type { DomainRecord } from '#core/hub/domain/domain-step.ts';
import type { GroupPolicyPlan } from '#core/hub/domain/group-policy-plan.ts';
import { about, administrator, packageFile } from './domain-probe.ts';

const { plan, steps } = workerData as { plan: GroupPolicyPlan; steps: number };
let saved = 0;
const save = (record: DomainRecord | null): Promise<void> => {
  if (++saved <= steps) return Promise.resolve();
  parentPort!.postMessage(JSON.stringify(record));
  return new Promise(() => {});
};
await new DomainPolicyService(about.authority).apply(plan, { credentials: administrator, file: packageFile }, save);
