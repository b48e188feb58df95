import { sessionRequests as requests } from '#protocol/sessions.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { JoinService } from './join-service.ts';

export class JoinHandlers implements WorkbenchHandlers {
  private readonly joins: JoinService;

  constructor(joins: JoinService) {
    this.joins = joins;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    registry.handle(requests.invite, (_, { actor, connection }) => this.joins.invite(actor, connection), {
      audit: 'session.invite',
    });
    registry.handle(requests.renewKey, ({ session }, { actor }) => this.joins.renewKey(actor, session));
  }
}
