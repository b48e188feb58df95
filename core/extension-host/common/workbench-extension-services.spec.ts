import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEVER } from 'rxjs';
import { ProgressService } from '#core/workbench/progress/progress-service.ts';
import type { DomainQuestion } from '#core/workbench/roll-outs/domain-question.ts';
import { WorkbenchExtensionServices, type WorkbenchExtensionServicesParts } from './workbench-extension-services.ts';

describe('What extensions ask a person', () => {
  it('is not waited for by something that looks busy: a confirmation, a list, a line, a domain’s preview', async () => {
    const progress = new ProgressService({} as never);
    let running = 0;
    progress.running$.subscribe((count) => (running = count));
    const seen: number[] = [];
    const answering =
      <T>(answer: T) =>
      async (): Promise<T> => {
        await Promise.resolve();
        seen.push(running);
        return answer;
      };
    const services = new WorkbenchExtensionServices({
      progress,
      replica: { changes$: NEVER },
      actions: { changes$: NEVER },
      connection: { on() {} },
      rollOuts: { changed$: NEVER, get: () => Promise.resolve({ name: 'R', domain: 'ad.example.com' }) },
      quickInput: { pick: answering(['a']), input: answering('typed') },
      platform: {
        environment: 'browser',
        confirm: answering(true),
        changeDomain: async (question: DomainQuestion) => {
          assert.equal(question.domain, 'ad.example.com');
          return answering([])();
        },
      },
    } as unknown as WorkbenchExtensionServicesParts);
    const command = progress.begin({ title: 'Apply' });
    assert.equal(running, 1);
    const question = { message: '', detail: '', action: '', destructive: false };
    assert.deepEqual(await services.confirm('x', question as never), { confirmed: true });
    assert.deepEqual(await services.showQuickPick('x', { title: '', items: [] } as never), { picked: 'a' });
    assert.deepEqual(await services.showInputBox('x', { title: '' } as never), { value: 'typed' });
    assert.deepEqual(await services.changeDomain({ rollOut: 'r', action: 'apply' }, () => {}), []);
    assert.deepEqual([seen, running], [[0, 0, 0, 0], 1]);
    command.end();
  });
});

describe('The device groups that extensions see', () => {
  it('are the replica’s, whether the hub is there or not; the hub’s while there is no replica', async () => {
    const group = (name: string) => ({ id: 'g'.repeat(16), name, createdAt: 0 });
    const replica = { changes$: NEVER, state: 'empty', groups: () => [group('kept')] };
    const services = new WorkbenchExtensionServices({
      replica,
      actions: { changes$: NEVER },
      connection: { on() {}, request: async () => [group('asked')] },
      rollOuts: { changed$: NEVER },
    } as unknown as WorkbenchExtensionServicesParts);
    const names = async () => (await services.groups()).map(({ name }) => name);
    assert.deepEqual(await names(), ['asked']);
    replica.state = 'stale';
    assert.deepEqual(await names(), ['kept']);
  });
});
