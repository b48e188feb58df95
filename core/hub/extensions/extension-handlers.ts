import { extensionRequests } from '#protocol/extensions.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { ExtensionService } from './extension-service.ts';

export class ExtensionHandlers implements WorkbenchHandlers {
  private readonly extensions: ExtensionService;

  constructor(extensions: ExtensionService) {
    this.extensions = extensions;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(extensionRequests.list, ({ known }) =>
      known !== undefined && known === this.extensions.fingerprint
        ? { extensions: [], problems: [], unchanged: true as const }
        : { extensions: [...this.extensions.offered], problems: [...this.extensions.problems] },
    );
  }
}
