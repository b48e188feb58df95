import type { EndpointHandlers } from '../endpoints/endpoint-handlers.ts';
import type { LiveEndpoint } from '../endpoints/live-endpoints.ts';
import type { SessionComputers } from './session-computers.ts';

/** Devices' side of sessions. */
export class SessionEndpointHandlers implements EndpointHandlers {
  private readonly computers: SessionComputers;

  constructor(computers: SessionComputers) {
    this.computers = computers;
  }

  entered(endpoint: LiveEndpoint): void {
    this.computers.serve(endpoint, ({ target }) => target?.id === endpoint.device);
  }
}
