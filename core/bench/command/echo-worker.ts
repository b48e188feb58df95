import { BrowserMessageReader, BrowserMessageWriter, createMessageConnection } from 'vscode-jsonrpc/browser';

/* The least that a round trip needs: a worker that answers through vscode-jsonrpc, and nothing else. */
const scope = globalThis as unknown as ConstructorParameters<typeof BrowserMessageReader>[0];
const connection = createMessageConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
connection.onRequest('echo', (value: unknown) => value);
connection.listen();
