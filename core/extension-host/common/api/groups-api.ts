import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { Event, Latchkey } from '#protocol/api/index.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { toWorkbench } from '#protocol/extension-host.ts';

export function groupsApi(
  rpc: Pick<RpcConnection, 'request'>,
  kind: Latchkey['environment']['kind'],
  showQuickPick: Latchkey['window']['showQuickPick'],
  onDidChange: Event<void>,
): Latchkey['groups'] {
  const list = (): ReturnType<Latchkey['groups']['list']> => rpc.request(toWorkbench.groupsList.contract, {});
  return {
    list,
    pick: async (question) => {
      const all = await list();
      const [only] = all;
      if (!only) throw new LatchkeyError('group.none');
      if (all.length === 1) return only.id;
      if (kind === 'headless') {
        throw new LatchkeyError('group.several', { groups: all.map(({ name }) => name).join(', ') });
      }
      return showQuickPick({ ...question, items: all.map(({ id, name }) => ({ id, label: name, icon: 'folder' })) });
    },
    onDidChange,
  };
}
