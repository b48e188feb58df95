import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/**
 * The account that holds the other end of a connection over the loopback address, as Linux lists it in `/proc/net/tcp`
 * (proc_net_tcp in the kernel's documentation).
 * @returns undefined where the system does not tell; null where it does, and there is no such connection
 */
export async function peerUser(socket: Socket, table = '/proc/net/tcp'): Promise<number | null | undefined> {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  const text = await readFile(table, 'latin1').catch(() => undefined);
  if (text === undefined) return undefined;
  const peer = tableAddress(remoteAddress, remotePort);
  const own = tableAddress(localAddress, localPort);
  for (const line of text.split('\n').slice(1)) {
    // Slot, its address, ours, state, queues, timers, retransmissions, account.
    const [, local, remote, , , , , uid] = line.trim().split(/\s+/);
    if (local === peer && remote === own) return Number(uid);
  }
  return null;
}

const bigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

/** The bytes of the address stand there as the processor reads a number. */
function tableAddress(address: string | undefined, port: number | undefined): string {
  const bytes = (address ?? '').split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  const number = (bigEndian ? bytes : bytes.reverse()).join('');
  return `${number}:${(port ?? 0).toString(16).padStart(4, '0')}`.toUpperCase();
}
