import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Latchkey } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';
import { patient } from './request-options.ts';

export function windowApi(rpc: RpcConnection): Latchkey['window'] {
  const show =
    (severity: 'info' | 'warning' | 'error') =>
    async (message: string, ...actions: string[]) => {
      const answer = await rpc.request(toWorkbench.showMessage.contract, { severity, message, actions }, patient);
      return answer.action ?? undefined;
    };
  return {
    showInformation: show('info'),
    showWarning: show('warning'),
    showError: show('error'),
    confirm: async (options) =>
      (
        await rpc.request(
          toWorkbench.confirm.contract,
          { ...options, destructive: options.destructive ?? false },
          patient,
        )
      ).confirmed,
    showQuickPick: async ({ items, ...options }) =>
      (await rpc.request(toWorkbench.showQuickPick.contract, { ...options, items: [...items] }, patient)).picked ??
      undefined,
    showInputBox: async (options) =>
      (
        await rpc.request(
          toWorkbench.showInputBox.contract,
          { password: false, required: false, maxLength: 1000, ...options },
          patient,
        )
      ).value ?? undefined,
    openPage: async (page) => {
      await rpc.request(toWorkbench.openPage.contract, page as never);
    },
    closePage: async (id) => {
      await rpc.request(toWorkbench.closePage.contract, { id });
    },
    updatePage: async (page) => (await rpc.request(toWorkbench.updatePage.contract, page as never)).open,
    writeClipboard: async (text) => {
      await rpc.request(toWorkbench.writeClipboard.contract, { text });
    },
  };
}
