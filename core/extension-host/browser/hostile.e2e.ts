import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { findBrowser } from '#core/testing/browser.mjs';
import { extensionHostTexts, frameScriptSource } from '../build/extension-host-texts.mjs';
import type { Hostile } from './hostile/page.ts';

declare const hostile: Hostile;

/** Gives the extension every constructor that a worker ever had, taken back from prototypes where it can be. */
const attempts = (sink: string, udp: number): string => `
  const open = [];
  const attempt = async (name, run) => {
    try {
      const outcome = await Promise.race([run(), new Promise((_, no) => setTimeout(() => no(new Error('no answer')), 1500))]);
      if (outcome !== false) open.push(name);
    } catch {}
  };
  const http = 'http://${sink}', ws = 'ws://${sink}';
  await Promise.all([
    attempt('fetch', () => fetch(http + '/fetch', { mode: 'no-cors' })),
    attempt('XMLHttpRequest', () => { const x = new XMLHttpRequest(); x.open('GET', http + '/xhr', false); x.send(); }),
    attempt('WebSocket', () => new Promise((yes, no) => { const s = new WebSocket(ws); s.onopen = yes; s.onerror = no; })),
    attempt('EventSource', () => new Promise((yes, no) => { const s = new EventSource(http + '/es'); s.onopen = yes; s.onerror = no; })),
    attempt('importScripts', () => importScripts(http + '/import.js')),
    attempt('import', () => import(http + '/import.mjs')),
    attempt('import of data', () => import('data:text/javascript,export default 1')),
    attempt('WebTransport', () => new WebTransport('https://${sink}/wt').ready),
    attempt('WebRTC', () => { const p = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${udp}' }] }); p.createDataChannel('x'); return p.createOffer().then((o) => p.setLocalDescription(o)); }),
    attempt('sendBeacon', () => navigator.sendBeacon(http + '/beacon', 'x')),
    attempt('image', () => { const i = new Image(); i.src = http + '/image'; }),
    attempt('font', () => new FontFace('x', 'url(' + http + '/font)').load()),
    attempt('shared worker', () => new SharedWorker(http + '/shared.js')),
    attempt('indexedDB', () => new Promise((yes, no) => { const r = indexedDB.open('secret'); r.onsuccess = yes; r.onerror = no; })),
    attempt('caches', () => caches.open('secret')),
    attempt('OPFS', () => navigator.storage.getDirectory()),
    attempt('localStorage', () => localStorage.getItem('secret')),
    attempt('cookies', () => cookieStore.getAll()),
    attempt('locks', () => navigator.locks.request('secret', () => {})),
    attempt('BroadcastChannel', () => new BroadcastChannel('secret').postMessage('from the extension')),
    attempt('postMessage', () => postMessage('from the extension')),
    attempt('page', () => (self.parent ?? self.top ?? self.opener).postMessage('from the extension', '*')),
    attempt('eval', () => (0, eval)('1')),
    attempt('Function', () => Function('return 1')()),
    attempt('AsyncFunction', () => (async () => {}).constructor('return 1')()),
    attempt('timer text', () => new Promise((yes, no) => { self.leaked = yes; setTimeout('self.leaked()', 0); })),
    attempt('wasm', () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))),
    attempt('nested worker', () => new Promise((yes, no) => {
      const w = new Worker(URL.createObjectURL(new Blob(['fetch(' + JSON.stringify(http + '/nested') + ',{mode:"no-cors"}).then(()=>postMessage(1))'])));
      w.onmessage = yes; w.onerror = no;
    })),
  ]);
  return open;`;

describe('A hostile extension in the browser', () => {
  let browser: Browser;
  let site: Server;
  let sink: Server;
  let sockets: WebSocketServer;
  let udp: Socket;
  const reached: string[] = [];
  const errors: string[] = [];
  let page: Page;
  let origin = '';

  before(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('./hostile/page.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      plugins: [extensionHostTexts],
    });
    const script = outputFiles[0]!.text;
    const frame = await frameScriptSource();
    // `/strict` has a workbench's policy, `/open` none at all: there the frame's own walls stand alone.
    const policy = `default-src 'self'; script-src 'self' ${frame}; worker-src 'self' blob:; frame-src 'self'`;
    site = createServer((request, response) => {
      if (request.url === '/page.js') return response.setHeader('content-type', 'text/javascript').end(script);
      if (request.url === '/strict') response.setHeader('content-security-policy', policy);
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/page.js"></script>');
    });
    sink = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'text/javascript').end('');
    });
    sockets = new WebSocketServer({ server: sink });
    sockets.on('connection', () => reached.push('websocket'));
    udp = createSocket('udp4').on('message', () => reached.push('udp'));
    const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await Promise.all([listening(site), listening(sink), new Promise<void>((done) => udp.bind(0, '127.0.0.1', done))]);
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    browser = await chromium.launch({ ...findBrowser(), headless: true });
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
  });
  after(async () => {
    await browser?.close();
    sockets.close();
    sink.close();
    site.close();
    udp.close();
  });

  const open = async (path: string): Promise<void> => {
    await page.goto(origin + path);
    await page.waitForFunction(() => 'hostile' in globalThis);
    await page.evaluate(() => hostile.plantSecrets());
  };
  const start = (body: string, prelude = '', name = 'hostile'): Promise<number> =>
    page.evaluate(([name, body, prelude]) => hostile.start(name!, body!, prelude), [name, body, prelude]);
  const activate = (index: number) => page.evaluate((index) => hostile.activate(index), index);
  const run = (index: number, timeout = 15) =>
    page.evaluate(([index, timeout]) => hostile.run(index!, timeout), [index, timeout]);
  const kill = (index: number) => page.evaluate((index) => hostile.kill(index), index);

  for (const path of ['/strict', '/open']) {
    it(`reaches no network, no store, no page and no other worker, and turns no text into code (${path})`, async () => {
      await open(path);
      const sinkAt = `127.0.0.1:${(sink.address() as AddressInfo).port}`;
      const index = await start(attempts(sinkAt, udp.address().port));
      assert.deepEqual(await activate(index), { value: {} });
      assert.deepEqual(await run(index), { value: [] });
      assert.deepEqual(reached, []);
      assert.deepEqual(await page.evaluate(() => hostile.overheard()), []);
      await kill(index);
    });
  }

  it('is walled in by the frame itself, not only by what its worker lacks', async () => {
    // The same walls without our bootstrap's courtesy: what a worker can do before it runs, or behind its back.
    await open('/open');
    const sinkAt = `127.0.0.1:${(sink.address() as AddressInfo).port}`;
    const open_ = await page.evaluate(
      async (body) => {
        const policy = "default-src 'none'; script-src 'unsafe-inline'; worker-src blob:";
        const script = `onmessage = ({ data, ports }) => {
        const worker = new Worker(URL.createObjectURL(new Blob(['(async () => {' + data + '})().then((open) => self.out(open)); ' +
          'onmessage = (e) => { self.out = (x) => e.ports[0].postMessage(x); }'])));
        worker.postMessage(null, [ports[0]]);
      };`;
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts');
        frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}"><script>${script}</script>`;
        document.body.append(frame);
        await new Promise((resolve) => (frame.onload = resolve));
        const { port1, port2 } = new MessageChannel();
        const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
        frame.contentWindow!.postMessage(body, '*', [port2]);
        return (await answer) as string[];
      },
      attempts(sinkAt, udp.address().port),
    );
    // Its own empty, nameless origin: a channel that nobody is on, its creator, and nested workers as walled in as itself.
    const harmless = ['BroadcastChannel', 'postMessage', 'locks'];
    assert.deepEqual(
      open_.filter((name) => !harmless.includes(name)),
      [],
    );
    assert.deepEqual(reached, []);
    assert.deepEqual(await page.evaluate(() => hostile.overheard()), []);
  });

  it('hears nothing of another extension', async () => {
    await open('/open');
    const listener = await start(
      'await new Promise((next) => setTimeout(next, 300)); return heard;',
      `const heard = []; onmessage = (e) => heard.push(e.data); try { const c = new BroadcastChannel('between'); c.onmessage = (e) => heard.push(e.data); } catch {}`,
      'listener',
    );
    const speaker = await start(
      `try { new BroadcastChannel('between').postMessage('psst'); } catch {} return null;`,
      '',
      'speaker',
    );
    await activate(listener);
    await activate(speaker);
    const heard = run(listener);
    await run(speaker);
    assert.deepEqual(await heard, { value: [] });
    await kill(listener);
    await kill(speaker);
  });

  it('cannot stop the page: a loop without end is ended, and the page answered all the while', async () => {
    await open('/strict');
    const index = await start('for (;;) {}');
    await activate(index);
    const pending = run(index, 0);
    const ping = await page.evaluate((index) => hostile.ping(index, 0.5), index);
    assert.equal((ping as { code: string }).code, 'rpc.timeout');
    assert.equal(await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(1)))), 1);
    const frames = await page.evaluate(() => hostile.frames());
    await kill(index);
    assert.equal(((await pending) as { code: string }).code, 'rpc.closed');
    assert.equal(await page.evaluate(() => hostile.frames()), frames - 1);
    const next = await start('return 1');
    assert.deepEqual(await activate(next), { value: {} });
    assert.deepEqual(await run(next), { value: 1 });
    await kill(next);
  });

  it('is stopped when it floods, and when one message is giant', async () => {
    await open('/strict');
    const flood = await start(
      `for (;;) { for (let i = 0; i < 500; i++) latchkey.log.info("x".repeat(9000)); await new Promise((next) => setTimeout(next)); }`,
    );
    await activate(flood);
    assert.equal(((await run(flood, 15)) as { code: string }).code, 'rpc.closed');
    assert.equal(await page.evaluate((index) => hostile.excess(index), flood), 'tooMuch');
    const giant = await start('return "x".repeat(5 * 1024 * 1024);');
    await activate(giant);
    assert.equal(((await run(giant, 15)) as { code: string }).code, 'rpc.closed');
    assert.equal(await page.evaluate((index) => hostile.excess(index), giant), 'tooLarge');
  });

  it('is told from the host when it throws while loading, cannot be read, or throws in a command', async () => {
    await open('/strict');
    const loading = await start('', 'throw new Error("loading went wrong")');
    const failed = (await activate(loading)) as { code: string; args: { message: string } };
    assert.equal(failed.code, 'extension.failed');
    assert.match(failed.args.message, /loading went wrong/);
    await kill(loading);
    const unreadable = await start('', 'this is no script');
    assert.match(String(await page.evaluate((index) => hostile.crashed(index), unreadable)), /SyntaxError/);
    await kill(unreadable);
    const thrower = await start('throw new Error("no such thing")');
    await activate(thrower);
    assert.deepEqual(await run(thrower), {
      code: 'extension.failed',
      args: { extension: 'hostile', message: 'no such thing' },
    });
    await kill(thrower);
  });

  it('gains nothing by forging messages: what it says is only ever its own', async () => {
    errors.length = 0;
    await open('/strict');
    const index = await start(
      `const before = sent.length; latchkey.log.info('mark'); await new Promise((next) => setTimeout(next, 50)); const port = sent.at(-1);
       for (const text of ['', '{', 'null', '[]', '{"jsonrpc":"1.0"}', '{"jsonrpc":"2.0","id":1,"result":{}}',
         '{"jsonrpc":"2.0","id":7,"method":"devices/rename","params":{"device":"aaaaaaaaaaaaaaaa","nickname":"x","$progress":1}}',
         '{"jsonrpc":"2.0","id":8,"method":"extension/activate","params":{"name":"other"}}',
         '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":0}}',
         '{"jsonrpc":"2.0","method":"extension/devicesChanged","params":{"devices":[]}}']) post.call(port, text);
       post.call(port, { jsonrpc: '2.0', id: 9, method: 'log/write' }); post.call(port, new ArrayBuffer(8));
       return sent.length > before;`,
      `const sent = []; const post = MessagePort.prototype.postMessage;
       MessagePort.prototype.postMessage = function (...args) { sent.push(this); return post.apply(this, args); };`,
    );
    await activate(index);
    // The forged answer number 1 was to its own request, as any answer of its would be.
    assert.deepEqual(await run(index), { value: {} });
    assert.deepEqual(await page.evaluate((index) => hostile.ping(index, 2), index), { value: {} });
    assert.deepEqual(errors, []);
    await kill(index);
  });
});
