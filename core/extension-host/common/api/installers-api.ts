import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Latchkey } from '#protocol/api/index.ts';
import { toWorkbench } from '#protocol/extension-host.ts';
import { patient, watched } from './request-options.ts';

export const installersApi = (rpc: RpcConnection): Latchkey['installers'] => ({
  list: (options = {}) => rpc.request(toWorkbench.installersList.contract, options),
  formats: () => rpc.request(toWorkbench.installersFormats.contract, {}),
  generate: (options) => rpc.request(toWorkbench.installersGenerate.contract, options),
  // Compressing the payload for the first time, or a slow line, may take minutes; both can be cancelled.
  prepare: (installer, format, { test, token, progress } = {}) =>
    rpc.request(
      toWorkbench.installersPrepare.contract,
      { installer, format, ...(test && { test }) },
      watched({ token, progress }),
    ),
  save: (file, output) =>
    rpc.request(toWorkbench.installersSave.contract, { file, ...(output === undefined ? {} : { output }) }, patient),
  ledger: (installer) => rpc.request(toWorkbench.installersLedger.contract, { installer }),
  revoke: (installer) => rpc.request(toWorkbench.installersRevoke.contract, { installer }),
});
