import type { Installer, Latchkey, TreeDataProvider, TreeNodeInput } from '../../protocol/api/index.ts';
import { installerSummary, installerTitle } from './texts.ts';

const icons: Record<Installer['state'], string> = {
  open: 'cloud-download',
  full: 'pass',
  expired: 'watch',
  revoked: 'circle-slash',
};
const groupPrefix = 'group:';

/** Installers by device group. Empty where there are none, so that the welcome text shows. */
export class InstallerTree implements TreeDataProvider {
  private readonly latchkey: Latchkey;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async children(node: string | null): Promise<TreeNodeInput[]> {
    const { installers } = this.latchkey;
    if (node === null) return this.groups(await installers.list());
    if (!node.startsWith(groupPrefix)) return [];
    const group = node.slice(groupPrefix.length);
    const [listed, allGroups] = await Promise.all([installers.list({ group }), this.latchkey.groups.list()]);
    const name = allGroups.find(({ id }) => id === group)?.name ?? group;
    return listed.map((installer) => this.installer(installer, name));
  }

  private async groups(installers: readonly Installer[]): Promise<TreeNodeInput[]> {
    const { groups, l10n } = this.latchkey;
    const counts = new Map<string, number>();
    for (const { group } of installers) counts.set(group, (counts.get(group) ?? 0) + 1);
    return (await groups.list())
      .filter(({ id }) => counts.has(id))
      .map(({ id, name }) => ({
        id: groupPrefix + id,
        label: name,
        // A word more, and the names beside it are cut off.
        description: new Intl.NumberFormat(l10n.language).format(counts.get(id) ?? 0),
        tooltip: `${name}\n${l10n.t('tree.installers', { count: counts.get(id) ?? 0 })}`,
        icon: 'folder',
        contextValue: 'group',
        collapsible: counts.size === 1 ? 'expanded' : 'collapsed',
        arguments: { group: id },
      }));
  }

  private installer(installer: Installer, group: string): TreeNodeInput {
    const { l10n } = this.latchkey;
    return {
      id: `installer:${installer.id}`,
      label: installerTitle(l10n, installer, group),
      description: installerSummary(l10n, installer),
      tooltip: l10n.t('page.slots', { used: installer.used, limit: installer.limit }),
      icon: icons[installer.state],
      contextValue: `installer.${installer.state}`,
      command: { command: 'installer.open', arguments: { installer: installer.id } },
      arguments: { installer: installer.id, group: installer.group },
    };
  }
}
