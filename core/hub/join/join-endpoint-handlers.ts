import type { Disposable } from '#core/base/lifecycle.ts';
import { attendPurpose, attendRequests } from '#protocol/join.ts';
import type { EndpointDoor, EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import type { JoinService } from './join-service.ts';

/** Customer apps for one attended session. */
export class JoinEndpointHandlers implements EndpointHandlers {
  private readonly joins: JoinService;

  constructor(joins: JoinService) {
    this.joins = joins;
  }

  opened(door: EndpointDoor): Disposable {
    return door.rpc.handle(attendRequests.attend, (params) =>
      door.enter(attendPurpose(params.ticket), params, (connection) =>
        this.joins.attend(params.ticket, params.publicKey, connection),
      ),
    );
  }
}
