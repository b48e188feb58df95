import { packPresences } from '#core/base/packed-presences.ts';
import { presenceRequests } from '#protocol/presence.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { PresenceFeed } from './presence-feed.ts';

export class PresenceHandlers implements WorkbenchHandlers {
  private readonly feed: PresenceFeed;

  constructor(feed: PresenceFeed) {
    this.feed = feed;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(presenceRequests.watch, (_, { actor, connection }) => this.feed.watch(connection, actor));
    registry.handle(presenceRequests.watchPacked, async (_, { actor, connection }) => ({
      packed: await packPresences(this.feed.watch(connection, actor)),
    }));
  }
}
