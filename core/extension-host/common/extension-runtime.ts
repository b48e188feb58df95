import type { Activate, Disposable, TreeDataProvider } from '#protocol/api/index.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { eventsToExtension, toExtension } from '#protocol/extension-host.ts';
import { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { webSocketTransport, type WebSocketLike } from '#core/base/rpc/transport.ts';
import { ExtensionApi } from './extension-api.ts';

/** The extension as its bundle leaves it behind: `activate`, or the error that evaluating the bundle ended in. */
export interface LoadedExtension {
  readonly activate?: unknown;
  readonly error?: string | undefined;
}

/**
 * The extension's own side of the conversation: runs inside its worker or process, in the same realm as the extension,
 * and is trusted by nobody. Everything that it promises is checked again in the workbench.
 */
export function startExtensionRuntime(socket: WebSocketLike, load: () => LoadedExtension): void {
  const rpc = new RpcConnection(
    webSocketTransport(socket, () => {}),
    { onInternalError: () => '' },
  );
  let api: ExtensionApi | undefined;

  const ours = (): ExtensionApi => {
    if (!api) throw new Error('not activated');
    return api;
  };
  /** Errors of the extension's own code, told apart from those that it only let pass. */
  const guarded = async <T>(run: () => T | Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof LatchkeyError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new LatchkeyError('extension.failed', { extension: api?.name ?? '', message: message.slice(0, 2000) });
    }
  };

  rpc.handle(toExtension.ping, () => ({}));
  rpc.handle(toExtension.activate, async (start) => {
    api = new ExtensionApi(rpc, start);
    await guarded(async () => {
      const { activate, error } = load();
      if (error !== undefined) throw new Error(error);
      if (typeof activate !== 'function') throw new Error('the bundle exports no function "activate"');
      await (activate as Activate)(ours().latchkey);
    });
    return {};
  });
  rpc.handle(toExtension.deactivate, () => {
    for (const subscription of (api?.latchkey.subscriptions ?? ([] as Disposable[])).splice(0).reverse()) {
      subscription.dispose();
    }
    return {};
  });
  rpc.handle(toExtension.executeCommand, ({ command, arguments: args }, call) =>
    guarded(async () => {
      const body = ours().commands.get(command);
      if (!body) throw new Error(`it has not registered the command "${command}"`);
      const result = await body(args, { token: call.token, progress: call.progress });
      return result === undefined ? null : result;
    }),
  );
  rpc.handle(toExtension.treeChildren, ({ view, node }) =>
    guarded(async () => {
      const provider: TreeDataProvider | undefined = ours().trees.get(view);
      if (!provider) throw new Error(`it has not registered the view "${view}"`);
      return (await provider.children(node)).map((child) => ({ ...child, collapsible: child.collapsible ?? 'none' }));
    }),
  );
  rpc.on(eventsToExtension.devicesChanged, ({ devices }) => api?.devicesChanged.fire({ devices }));
  rpc.on(eventsToExtension.actionsChanged, () => api?.actionsChanged.fire());
  rpc.on(eventsToExtension.wakeSchedulesChanged, () => api?.wakeSchedulesChanged.fire());
  rpc.on(eventsToExtension.groupsChanged, () => api?.groupsChanged.fire());
  rpc.on(eventsToExtension.sessionChanged, ({ session }) => api?.sessionChanged.fire(session));
  rpc.on(eventsToExtension.rollOutChanged, ({ rollOut }) => api?.rollOutChanged.fire(rollOut));
  rpc.on(eventsToExtension.setUpChanged, ({ setUp }) => api?.setUpChanged.fire(setUp));
  rpc.on(eventsToExtension.configurationChanged, ({ values }) => api?.setConfiguration(values));
  rpc.on(eventsToExtension.languageChanged, ({ language, messages }) => api?.setLanguage(language, messages));
  rpc.listen();
}
