import { join } from 'node:path';
import { z } from 'zod';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { CancellationTokenSource } from '#jsonrpc';
import { LatchkeyError } from '#protocol/errors.ts';
import { request } from '#protocol/messages.ts';
import { empty } from '#protocol/primitives.ts';
import { connectToControl } from '../../control/control-client.ts';
import { ControlSocket } from '../../control/control-socket.ts';
import { SelfInstaller } from '../self-installer.ts';
import { alreadySetUp } from '../unix-app-installer.ts';
import { unpackedApp } from '../unpacked-app.ts';
import type { RootOutcome } from './ask-administrator.ts';

/*
 * The app runs as whoever has opened it. What installs runs as root, in a process of its own that waits to be told what to install:
 * so the rights are asked for at the beginning, and no command line shows the token. It ends with the app, and undoes then what
 * it has not finished.
 */

/** What this program becomes by it, as its first argument. */
export const rootInstallerArgument = 'root-installer';

const requests = {
  install: request('installer/install', z.object({ hub: z.string(), token: z.string() }), empty),
  /** Root may look where others may not; an obstacle is the answer's error. */
  look: request('installer/look', empty, empty),
};

/** Starts a command as root, and tells how it ended. */
export type RunAsRoot = (command: readonly string[], signal: AbortSignal) => Promise<RootOutcome>;

/** The process that installs, once somebody has given it the rights. */
export class RootInstaller {
  private readonly rpc: RpcConnection;
  private readonly socket: ControlSocket;

  private constructor(rpc: RpcConnection, socket: ControlSocket) {
    this.rpc = rpc;
    this.socket = socket;
  }

  /**
   * Starts it; resolves once it is there.
   * @param folder for this account alone
   * @param program what starts this program
   * @throws LatchkeyError `setUp.notElevated` where nobody has given the rights, `setUp.installFailed`
   */
  static async start(
    folder: string,
    program: readonly string[],
    runAsRoot: RunAsRoot,
    signal?: AbortSignal,
  ): Promise<RootInstaller> {
    const path = join(folder, 'installer.sock');
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    signal?.addEventListener('abort', stop);
    let told: ((rpc: RpcConnection) => void) | undefined;
    const there = new Promise<RpcConnection>((resolve) => (told = resolve));
    const socket = await ControlSocket.listen({ path, serve: (rpc) => told?.(rpc), onProblem: () => {} });
    try {
      const ended = runAsRoot([...program, rootInstallerArgument, path], stopping.signal);
      const first = await Promise.race([there, ended]);
      if (!('how' in first)) return new RootInstaller(first, socket);
      if (first.how === 'declined') throw new LatchkeyError('setUp.notElevated');
      const reason = first.how === 'failed' ? first.reason : rootInstallerArgument;
      throw new LatchkeyError('setUp.installFailed', { reason });
    } catch (error) {
      await socket.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  get isThere(): boolean {
    return !this.rpc.isClosed;
  }

  /** What keeps anything from being installed. @throws LatchkeyError `rpc.closed` where it was killed */
  async obstacle(): Promise<LatchkeyError | undefined> {
    try {
      await this.rpc.request(requests.look, {});
      return undefined;
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === 'setUp.alreadySetUp') return error;
      throw error;
    }
  }

  /** @throws LatchkeyError as `SelfInstaller.install`, `rpc.closed` where it was killed */
  async install(hub: string, token: string, signal?: AbortSignal): Promise<void> {
    const source = new CancellationTokenSource();
    const cancel = (): void => source.cancel();
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    try {
      await this.rpc.request(requests.install, { hub, token }, { token: source.token, timeout: 0 });
    } finally {
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  /** It ends with that. */
  close(): Promise<void> {
    return this.socket.close();
  }
}

/**
 * The process itself.
 * @param root the folder that stands for `/`, for tests
 * @returns the exit code
 */
export async function runRootInstaller(
  [path = '']: readonly string[],
  unpacked: string | undefined = undefined,
  root = '',
): Promise<number> {
  const app = unpacked ?? (await unpackedApp());
  if (app === undefined) return 2;
  const installer = new SelfInstaller({ unpacked: app, root, env: process.env });
  const stopping = new AbortController();
  const work = new Set<Promise<unknown>>();
  const { rpc, close } = await connectToControl(path, (serving) => {
    serving.handle(requests.look, async () => {
      const obstacle = await alreadySetUp(root);
      if (obstacle) throw obstacle;
      return {};
    });
    serving.handle(requests.install, async ({ hub, token }, call) => {
      const cancelled = call.token.onCancellationRequested(() => stopping.abort());
      const doing = installer.install(hub, token, stopping.signal);
      work.add(doing);
      try {
        await doing;
        return {};
      } finally {
        cancelled.dispose();
        work.delete(doing);
      }
    });
  });
  await new Promise<void>((resolve) => rpc.onClose(resolve));
  // The app has gone: what is not finished is undone, and waited for.
  stopping.abort();
  await Promise.allSettled(work);
  close();
  return 0;
}
