import { MagicPacketSender } from '#core/base/wake/magic-packet-sender.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { endpointWakeRequests } from '#protocol/wake.ts';

const ownSender = new MagicPacketSender();

/** Wakes neighbours when the hub asks, on a conversation that is proved on both sides. */
export function serveWake(rpc: RpcConnection, sender: MagicPacketSender = ownSender): void {
  rpc.handle(endpointWakeRequests.send, async (order) => ({ packets: await sender.send(order) }));
}
