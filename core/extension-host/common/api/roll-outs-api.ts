import type { Language } from '#core/base/l10n/localizer.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Event, Latchkey } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';
import { patient, watched } from './request-options.ts';

export function rollOutsApi(
  rpc: RpcConnection,
  language: () => Language,
  onDidChange: Event<string | null>,
): Latchkey['rollOuts'] {
  const changeDomain =
    (action: 'apply' | 'undo'): Latchkey['rollOuts']['apply'] =>
    async (rollOut, { domainController, account, certificate, token, progress } = {}) => {
      const asked = {
        ...{ rollOut, action },
        ...(domainController !== undefined && { domainController }),
        ...(account !== undefined && { account }),
        ...(certificate !== undefined && { certificate }),
      };
      return (
        (await rpc.request(toWorkbench.rollOutsChangeDomain.contract, asked, watched({ token, progress }))).changes ??
        undefined
      );
    };
  return {
    list: () => rpc.request(toWorkbench.rollOutsList.contract, {}),
    get: (rollOut) => rpc.request(toWorkbench.rollOutsGet.contract, { rollOut }),
    create: (group, changes = {}) => rpc.request(toWorkbench.rollOutsCreate.contract, { ...changes, group }),
    update: (rollOut, changes) => rpc.request(toWorkbench.rollOutsUpdate.contract, { ...changes, rollOut }),
    delete: async (rollOut, { forgetDomain } = {}) => {
      await rpc.request(toWorkbench.rollOutsDelete.contract, {
        rollOut,
        ...(forgetDomain !== undefined && { forgetDomain }),
      });
    },
    made: async (rollOut) => (await rpc.request(toWorkbench.rollOutsMade.contract, { rollOut })).changes,
    progress: (rollOut) => rpc.request(toWorkbench.rollOutsProgress.contract, { rollOut }),
    prepare: (rollOut, { token, progress } = {}) =>
      rpc.request(
        toWorkbench.rollOutsPrepare.contract,
        { rollOut, language: language() },
        watched({ token, progress }),
      ),
    save: (file, output) =>
      rpc.request(toWorkbench.rollOutsSave.contract, { file, ...(output !== undefined && { output }) }, patient),
    apply: changeDomain('apply'),
    undo: changeDomain('undo'),
    onDidChange,
  };
}
