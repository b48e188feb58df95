import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { expectCode } from '#core/testing/workbench/expect-code.ts';
import { ScriptedHub } from '#core/testing/workbench/scripted-hub.ts';
import { whenDone } from '#core/testing/when-done.ts';
import { HubConnection } from '../connection/hub-connection.ts';
import { AccountService } from './account-service.ts';

async function listen(answer: (path: string, body: string) => [number, unknown]): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const [status, value] = answer(request.url!, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  whenDone(() => void server.close());
  return server;
}

describe('Accounts', () => {
  it('sign in and out at the hub, and pass on its refusal', async () => {
    const seen: string[] = [];
    const server = await listen((path, body) => {
      seen.push(path);
      const wrong = path === '/api/sign-in' && !body.includes('correct');
      return wrong ? [401, { error: { code: 'account.wrongPassword', args: {} } }] : [200, {}];
    });
    const hub = new ScriptedHub();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const connection = new HubConnection({ url, open: () => hub.open() });
    whenDone(() => connection.dispose());
    const accounts = new AccountService(connection);
    await assert.rejects(accounts.signIn('tess@example.com', 'wrong'), expectCode('account.wrongPassword'));
    assert.equal(accounts.identity?.technician.name, undefined);
    await accounts.signIn('tess@example.com', 'correct horse');
    await connection.whenOnline();
    assert.equal(accounts.identity?.technician.name, 'Tess');
    await accounts.signOut();
    assert.deepEqual(seen, ['/api/sign-in', '/api/sign-in', '/api/sign-out']);
  });

  it('say that the hub cannot be reached', async () => {
    const connection = new HubConnection({ url: 'http://127.0.0.1:1', open: () => Promise.reject(new Error('x')) });
    await assert.rejects(new AccountService(connection).signIn('a@example.com', 'x'), expectCode('hub.unreachable'));
  });
});
