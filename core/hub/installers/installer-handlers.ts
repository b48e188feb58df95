import { installerRequests } from '#protocol/installers.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { InstallerFileService } from './installer-file-service.ts';
import type { InstallerService } from './installer-service.ts';
import { watchPayload } from './watch-payload.ts';

export class InstallerHandlers implements WorkbenchHandlers {
  private readonly installers: InstallerService;
  private readonly files: InstallerFileService;

  constructor(installers: InstallerService, files: InstallerFileService) {
    this.installers = installers;
    this.files = files;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(installerRequests.list, ({ group }, { actor }) => this.installers.list(actor, group));
    registry.handle(installerRequests.formats, () => this.files.formats());
    registry.handle(installerRequests.generate, (params, { actor }) => this.installers.generate(actor, params), {
      audit: 'installer.generate',
    });
    registry.handle(
      installerRequests.prepare,
      async ({ installer, format, test }, call) => {
        const watching = watchPayload(call);
        try {
          return (await this.files.make(call.actor, installer, format, watching.watcher, test)).file;
        } finally {
          watching.dispose();
        }
      },
      { audit: 'installer.prepare' },
    );
    registry.handle(installerRequests.ledger, ({ installer }, { actor }) => this.installers.ledger(actor, installer));
    registry.handle(installerRequests.revoke, ({ installer }, { actor }) => this.installers.revoke(actor, installer), {
      audit: 'installer.revoke',
    });
  }
}
