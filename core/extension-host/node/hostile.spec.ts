import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport } from '#core/base/rpc/transport.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { toExtension } from '#protocol/extension-host.ts';
import { buildChild } from '../build/extension-host-texts.mjs';
import type { ExtensionProcess } from '../common/extension-process.ts';
import { limitedChannel } from '../common/limited-channel.ts';
import { ChildProcessRunner } from './child-process-runner.ts';

const activation = {
  name: 'hostile',
  version: '1.0.0',
  language: 'en',
  messages: {},
  configuration: {},
  environment: 'headless' as const,
  workbenchVersion: '0.0.0',
  commands: ['hostile.run'],
  views: [],
};

/** Roads from inside a context to the realm around it, as known from broken sandboxes: each gives functions or objects. */
const escapes = `
  const found = [];
  const offer = (value) => { if (value !== undefined && value !== null) found.push(value); };
  const own = [Object, Function];
  const climb = (value) => {
    for (let o = value, i = 0; o !== null && o !== undefined && i < 5; o = Object.getPrototypeOf(o), i++) {
      if (typeof o.constructor === 'function') offer(o.constructor);
    }
  };
  climb(globalThis); climb(latchkey); climb(latchkey.commands); climb(latchkey.commands.execute); climb(console);
  for (const name of Object.getOwnPropertyNames(globalThis)) { try { climb(globalThis[name]); } catch {} }
  try { await import('node:fs'); offer('imported'); } catch (error) { climb(error); climb(error.constructor); }
  try { await import('node:sqlite'); offer('imported'); } catch (error) { climb(error); }
  try { null.x; } catch (error) { climb(error); }
  try { (function loop() { loop(); })(); } catch (error) { climb(error); }
  try {
    Error.prepareStackTrace = (_, sites) => { for (const site of sites) { offer(site.getThis()); offer(site.getFunction()); } };
    new Error().stack;
  } catch {}
  const worlds = [];
  for (const value of found) {
    for (const make of [value, value.constructor, value.constructor?.constructor]) {
      try { worlds.push(make('return globalThis')()); } catch {}
      try { worlds.push(make('return process')()); } catch {}
    }
    if (typeof value === 'object') worlds.push(value);
  }
  const reached = [];
  for (const world of [globalThis, ...worlds]) {
    const process = world.process ?? world;
    for (const name of ['kill', '_kill', 'binding', '_linkedBinding', 'dlopen', 'getBuiltinModule', 'env', 'mainModule', 'reallyExit', 'exit'])
      if (process && process[name] !== undefined) reached.push(name);
    for (const name of ['require', 'module', 'fetch', 'WebSocket', 'Buffer', 'global'])
      if (world[name] !== undefined) reached.push(name);
  }`;

describe('A hostile extension in its process', () => {
  const folders: string[] = [];
  const processes = new Set<ExtensionProcess>();
  let folder = '';
  let bootstrap = '';
  let sink: Server;
  let hits = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-hostile-'));
    folders.push(folder);
    bootstrap = join(folder, 'child.cjs');
    await buildChild(bootstrap);
    await writeFile(join(folder, 'secret.txt'), 'the secret');
    sink = createServer((_, response) => (hits++, response.end()));
    sink.on('connection', () => hits++);
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    for (const process of processes) process.kill();
    sink.close();
    for (const each of folders) await rm(each, { recursive: true, force: true });
  });

  /** Starts an extension whose one command has this body, with `latchkey` in scope. */
  async function start(body: string, prelude = '') {
    const text = `var latchkeyExtension = (() => { ${prelude}; return { activate(latchkey) {
      latchkey.commands.register('hostile.run', async () => { ${body} });
    } }; })();`;
    const process = await new ChildProcessRunner({ bootstrap }).start({ name: 'hostile', text });
    processes.add(process);
    let excess: string | undefined;
    const channel = limitedChannel(process, (reason) => {
      excess = reason;
      process.kill();
      rpc.dispose();
    });
    const rpc = new RpcConnection(webSocketTransport(channel, () => {}));
    void process.crashed.then(() => rpc.dispose());
    rpc.listen();
    return {
      process,
      rpc,
      excess: () => excess,
      activate: () => rpc.request(toExtension.activate, activation, { timeout: 20 }),
      run: (timeout = 20) =>
        rpc.request(toExtension.executeCommand, { command: 'hostile.run', arguments: {} }, { timeout }),
    };
  }
  async function outcome(body: string, prelude = ''): Promise<unknown> {
    const { activate, run, process } = await start(body, prelude);
    await activate();
    try {
      return await run();
    } finally {
      process.kill();
    }
  }

  it('runs what is not hostile, timers included', async () => {
    assert.deepEqual(
      await outcome(`await new Promise((done) => setTimeout(done, 5)); return { kind: latchkey.environment.kind };`),
      { kind: 'headless' },
    );
  });

  it('finds no builtin, no process, no require, however it looks for them', async () => {
    assert.deepEqual(await outcome(`${escapes}; return [...new Set(reached)];`), []);
  });

  it('meets no function or object of the outer realm: in stack frames, callers, traps, thenables or what it is handed', async () => {
    const answer = await outcome(
      `
      const look = (where, value) => {
        if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
          if (!(value instanceof Object)) foreign.push(where);
          else for (let o = value; o; o = Object.getPrototypeOf(o)) if (typeof o.constructor === 'function' && !(o.constructor instanceof Function)) foreign.push(where);
        }
      };
      // Frames that are handed over, whoever throws: the engine, a timer that the host calls, and the module loader.
      const RealError = Error;
      const take = (where) => (error, sites) => {
        look(where + ' sites', sites);
        for (const site of sites) { look(where + ' this', site.getThis()); look(where + ' function', site.getFunction()); look(where + ' eval', site.getEvalOrigin()); }
        return '';
      };
      for (const replace of [
        () => { globalThis.Error = { prepareStackTrace: take('Error') }; },
        () => { TypeError.prepareStackTrace = take('TypeError'); },
        () => { Object.defineProperty(Function.prototype, 'prepareStackTrace', { value: take('Function'), configurable: true }); },
        () => { Object.defineProperty(Object.prototype, 'prepareStackTrace', { value: take('Object'), configurable: true }); },
      ]) {
        try { replace(); } catch {}
        try { null.x; } catch (error) { look('thrown', error); error.stack; }
        try { new RealError().stack; } catch {}
        await new Promise((done) => setTimeout(() => { try { null.x; } catch (error) { error.stack; } done(); }, 1));
        // The refusal of import() is of the outer realm, and of no use: the first of these tests climbs it.
        try { await import('node:fs'); } catch (error) { error.stack; }
        delete Function.prototype.prepareStackTrace; delete Object.prototype.prepareStackTrace;
      }
      globalThis.Error = RealError;
      // Whoever calls a sloppy function, and with what.
      await new Promise((done) => setTimeout(function sloppy() {
        try { look('caller', sloppy.caller); } catch {}
        try { look('arguments', sloppy.arguments); for (const one of sloppy.arguments) look('argument', one); } catch {}
        try { look('arguments.caller', arguments.callee.caller); } catch {}
        look('this', this === globalThis ? undefined : this);
        done();
      }, 1));
      // Built-ins that the host's side of this realm might use with something of the outer one.
      for (const [object, names] of [[Map.prototype, ['get', 'set', 'delete']], [Promise.prototype, ['then']], [Function.prototype, ['call', 'apply', 'bind']], [JSON, ['parse', 'stringify']], [Array.prototype, ['push', 'map']], [Reflect, ['apply']]]) {
        for (const name of names) {
          const original = object[name];
          try { object[name] = function (...all) { look(name + ' this', this); for (const one of all) look(name, one); return original.apply ? Reflect_apply(original, this, all) : undefined; }; } catch {}
        }
      }
      await new Promise((done) => setTimeout(done, 1));
      await latchkey.groups.list().catch(() => {});
      return [...new Set(foreign)].concat(typeof latchkeyBridge === 'undefined' ? [] : ['bridge']);`,
      `const foreign = []; const Reflect_apply = Reflect.apply`,
    );
    assert.deepEqual(answer, []);
  });

  it('cannot use what it throws, answers or waits for against the host', async () => {
    const trap = `new Proxy(function () {}, { get() { throw 1; }, getOwnPropertyDescriptor() { throw 2; }, getPrototypeOf() { throw 3; }, ownKeys() { throw 4; } })`;
    const messages: unknown[] = [];
    for (const body of [
      `throw ${trap};`,
      `throw { get message() { throw 5; }, toString() { throw 6; } };`,
      `return { then(resolve) { resolve({ then(again) { again(7); } }); } };`,
      `return { toJSON() { throw 8; } };`,
      `const loop = {}; loop.loop = loop; return loop;`,
      `return 10n;`,
      `Object.defineProperty(Object.prototype, 'code', { get() { throw 9; }, configurable: true }); throw new Error('own');`,
    ]) {
      const { activate, run, rpc, process } = await start(body);
      await activate();
      messages.push(await run(3).catch((error: unknown) => (error instanceof LatchkeyError ? error.code : error)));
      // It hangs itself at most: the host is told, and can end it.
      assert.equal(rpc.isClosed, false, body);
      process.kill();
    }
    for (const message of messages) assert.ok(message === 7 || typeof message === 'string', String(message));
  });

  it('turns no text into code', async () => {
    const answer = await outcome(`
      const tried = [];
      for (const [name, run] of Object.entries({
        eval: () => (0, eval)('1'),
        Function: () => Function('return 1')(),
        async: () => (async () => {}).constructor('return 1')(),
        timer: () => { setTimeout('1', 0); throw new Error(); },
        wasm: () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
      })) { try { run(); tried.push(name); } catch {} }
      return tried;`);
    assert.deepEqual(answer, []);
  });

  it('is refused by the process itself, were the context no wall: files, sqlite, network, children, kill, environment', async () => {
    // The same start as the runner's, with code in the outer realm that has every builtin: what the permission model holds.
    const victim = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    const probe = join(folder, 'probe.cjs');
    const port = (sink.address() as AddressInfo).port;
    await writeFile(
      probe,
      `const open = [];
       const attempt = async (name, run) => { try { await run(); open.push(name); } catch {} };
       (async () => {
         await attempt('read', () => require('fs').readFileSync(${JSON.stringify(join(folder, 'secret.txt'))}));
         await attempt('write', () => require('fs').writeFileSync(${JSON.stringify(join(folder, 'written'))}, 'x'));
         await attempt('spawn', () => require('child_process').execSync('true'));
         await attempt('worker', () => new (require('worker_threads').Worker)('1', { eval: true }));
         await attempt('network', () => fetch('http://127.0.0.1:${port}/'));
         await attempt('environment', () => { if (!Object.keys(process.env).length) throw 0; });
         console.log(JSON.stringify(open));
       })();`,
    );
    const child = spawn(
      process.execPath,
      ['--permission', `--allow-fs-read=${probe}`, '--no-warnings', '--disallow-code-generation-from-strings', probe],
      { env: {}, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    await new Promise((resolve) => child.once('close', resolve));
    assert.deepEqual(JSON.parse(output), []);
    assert.equal(hits, 0);
    assert.equal(victim.exitCode, null);
    victim.kill();
  });

  it('reaches neither sqlite nor signals, the two that the permission model lets through', async () => {
    const target = join(folder, 'stolen.sqlite');
    const answer = await outcome(`
      ${escapes};
      const results = [];
      for (const world of [globalThis, ...worlds]) {
        for (const get of [() => world.process.getBuiltinModule, () => world.require, () => world.process.mainModule.require, () => world.process.binding]) {
          try { const sqlite = get()('node:sqlite'); new sqlite.DatabaseSync(${JSON.stringify(target)}).exec('create table t (x)'); results.push('sqlite'); } catch {}
        }
        try { world.process.kill(${process.pid}, 0); results.push('kill'); } catch {}
        try { world.process._kill(${process.pid}, 0); results.push('kill'); } catch {}
      }
      return results;`);
    assert.deepEqual(answer, []);
    assert.equal(existsSync(target), false);
  });

  it('cannot hang the workbench: its process is ended in the middle of an endless loop', async () => {
    const { activate, run, rpc, process } = await start('for (;;) {}');
    await activate();
    const pending = run(0);
    await assert.rejects(rpc.request(toExtension.ping, {}, { timeout: 0.5 }), { code: 'rpc.timeout' });
    process.kill();
    rpc.dispose();
    await assert.rejects(pending, { code: 'rpc.closed' });
  });

  it('ends alone when it eats its memory', async () => {
    const { activate, run, process } = await start(
      'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));',
    );
    await activate();
    await assert.rejects(run(60), { code: 'rpc.closed' });
    assert.match(await process.crashed, /outOfMemory|SIG|exit/);
  });

  it('is stopped when it floods, and when one message is giant', async () => {
    const flood = await start(
      // Many and small: of large ones its own queue would grow until it runs out of memory.
      'for (;;) { for (let i = 0; i < 200; i++) latchkey.log.info("x"); await new Promise((next) => setTimeout(next, 10)); }',
    );
    await flood.activate();
    await assert.rejects(flood.run(100), { code: 'rpc.closed' });
    assert.equal(flood.excess(), 'tooMuch');
    const giant = await start('return "x".repeat(5 * 1024 * 1024);');
    await giant.activate();
    await assert.rejects(giant.run(60), { code: 'rpc.closed' });
    assert.equal(giant.excess(), 'tooLarge');
  });

  it('is told from the host when it throws while loading, while activating or in a command', async () => {
    const loading = await start('', 'throw new Error("loading went wrong")');
    await assert.rejects(loading.activate(), (error: LatchkeyError) => {
      assert.equal(error.code, 'extension.failed');
      assert.match(String(error.args.message), /loading went wrong/);
      return true;
    });
    const thrower = await start('throw new Error("no such thing")');
    await thrower.activate();
    await assert.rejects(thrower.run(), {
      code: 'extension.failed',
      args: { extension: 'hostile', message: 'no such thing' },
    });
  });

  it('is refused when it registers what its manifest does not declare', async () => {
    const answer = await outcome(`
      try { latchkey.commands.register('device.rename', () => {}); } catch (error) { return error.message; }`);
    assert.match(String(answer), /device\.rename.*not in the manifest/);
  });
});
