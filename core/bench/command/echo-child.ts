// As `echo-worker.ts`, for a child process.
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from '#jsonrpc';

const connection = createMessageConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
connection.onRequest('echo', (value: unknown) => value);
connection.listen();
