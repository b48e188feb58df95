import { rollOutRequests } from '#protocol/roll-outs.ts';
import { watchPayload } from '../installers/watch-payload.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { RollOutFileService } from './roll-out-file-service.ts';
import type { RollOutProgressReader } from './roll-out-progress.ts';
import type { RollOutService } from './roll-out-service.ts';

/** All but what is done in the domain itself. */
export class RollOutHandlers implements WorkbenchHandlers {
  private readonly rollOuts: RollOutService;
  private readonly progress: RollOutProgressReader;
  private readonly files: RollOutFileService;

  constructor(rollOuts: RollOutService, progress: RollOutProgressReader, files: RollOutFileService) {
    this.rollOuts = rollOuts;
    this.progress = progress;
    this.files = files;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { rollOuts } = this;
    registry.handle(rollOutRequests.list, (_, { actor }) => rollOuts.list(actor));
    registry.handle(rollOutRequests.get, ({ rollOut }, { actor }) => rollOuts.get(actor, rollOut));
    registry.handle(
      rollOutRequests.create,
      ({ group, ...changes }, { actor }) => rollOuts.create(actor, group, changes),
      { audit: 'rollOut.create' },
    );
    registry.handle(
      rollOutRequests.update,
      ({ rollOut, ...changes }, { actor }) => rollOuts.update(actor, rollOut, changes),
      { audit: 'rollOut.update' },
    );
    registry.handle(
      rollOutRequests.delete,
      async ({ rollOut, forgetDomain }, { actor }) => {
        await rollOuts.delete(actor, rollOut, forgetDomain);
        return {};
      },
      { audit: 'rollOut.delete' },
    );
    registry.handle(rollOutRequests.progress, async ({ rollOut }, { actor }) =>
      this.progress.read(actor, await rollOuts.visible(actor, rollOut)),
    );
    registry.handle(
      rollOutRequests.prepare,
      async ({ rollOut, language }, call) => {
        const watching = watchPayload(call);
        try {
          return (await this.files.make(call.actor, rollOut, language, watching.watcher)).file;
        } finally {
          watching.dispose();
        }
      },
      { audit: 'rollOut.prepare' },
    );
  }
}
