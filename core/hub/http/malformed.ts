import type { WebSocket } from 'ws';
import { errorKinds, LatchkeyError } from '#protocol/errors.ts';

/** So many frames that are no messages are a mistake; more are not worth reading. */
const tolerated = 10;

/**
 * What to do about frames that are no JSON-RPC: the peer is told, as JSON-RPC answers whom it can't name; one that goes on
 * is hung up on.
 */
export function answerMalformed(socket: WebSocket, onEach: () => void): (problem: string) => void {
  let seen = 0;
  return (problem) => {
    onEach();
    const error = new LatchkeyError('rpc.malformed', { problem });
    const answer = { code: errorKinds.invalid, message: error.message, data: error.toData() };
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ jsonrpc: '2.0', id: null, error: answer }));
    if (++seen > tolerated) socket.close(1008, 'Too many malformed messages');
  };
}
