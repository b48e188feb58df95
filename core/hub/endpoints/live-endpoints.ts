import type { DeviceFacts } from '#protocol/facts.ts';
import type { NotificationContract, RequestContract } from '#protocol/messages.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RequestOptions } from '#core/base/rpc/rpc-connection.ts';
import type { ComputerConnection } from './endpoint-handlers.ts';

/** An endpoint that is connected and has proved which device it is. */
export interface LiveEndpoint extends ComputerConnection {
  readonly device: string;
  group: string;
  facts: DeviceFacts;
}

/** The endpoints that are connected to this hub now, by device: the way to ask one something. */
export class LiveEndpoints {
  private readonly endpoints = new Map<string, LiveEndpoint>();

  get size(): number {
    return this.endpoints.size;
  }

  get(device: string): LiveEndpoint | undefined {
    return this.endpoints.get(device);
  }

  [Symbol.iterator](): Iterator<LiveEndpoint> {
    return [...this.endpoints.values()][Symbol.iterator]();
  }

  /** Puts the endpoint in the place of the one that the device had. */
  add(endpoint: LiveEndpoint): void {
    this.endpoints.set(endpoint.device, endpoint);
  }

  /** @returns whether it was still the device's endpoint: another one may have taken its place */
  remove(endpoint: LiveEndpoint): boolean {
    return this.endpoints.get(endpoint.device) === endpoint && this.endpoints.delete(endpoint.device);
  }

  /** @throws LatchkeyError `device.offline`, or as `RpcConnection.request` */
  request<P, R>(
    device: string,
    contract: RequestContract<P, R>,
    params: NoInfer<P>,
    options?: RequestOptions,
  ): Promise<R> {
    const endpoint = this.endpoints.get(device);
    if (!endpoint) return Promise.reject(new LatchkeyError('device.offline', { device }));
    return endpoint.rpc.request(contract, params, options);
  }

  /** Tells the device's endpoint, if it is connected. */
  notify<P>(device: string, contract: NotificationContract<P>, params: NoInfer<P>): void {
    this.endpoints.get(device)?.rpc.notify(contract, params);
  }
}
