import { profileNotifications, profileRequests } from '#protocol/profile.ts';
import type { WorkbenchConnections } from '../workbench/workbench-connections.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { ProfileService } from './profile-service.ts';

export class ProfileHandlers implements WorkbenchHandlers {
  private readonly profile: ProfileService;
  private readonly connections: WorkbenchConnections;

  constructor(profile: ProfileService, connections: WorkbenchConnections) {
    this.profile = profile;
    this.connections = connections;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(profileRequests.read, ({ document }, { actor }) => this.profile.read(actor, document));
    registry.handle(profileRequests.write, async (content, { actor, connection }) => {
      const written = await this.profile.write(actor, content);
      for (const other of this.connections) {
        if (other !== connection && other.technicianId === actor.id)
          other.notify(profileNotifications.changed, written);
      }
      return written;
    });
  }
}
