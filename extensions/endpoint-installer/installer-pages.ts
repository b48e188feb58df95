import type {
  Group,
  Installer,
  InstallerFile,
  InstallerFormat,
  InstallerUse,
  Latchkey,
  Page,
} from '../../protocol/api/index.ts';
import { installerSummary, installerTitle, sizeOf, timeOf } from './texts.ts';

/** Why a format cannot be had, by what the hub says. */
const reasons: Readonly<Record<string, string>> = {
  'installer.runtimeMissing': 'reason.runtimeMissing',
  'installer.endpointMissing': 'reason.endpointMissing',
};

type OfferedFormat = Awaited<ReturnType<Latchkey['installers']['formats']>>[number];

/** One page for each installer: what it is, what it may still do, its files, and who came in by it. */
export class InstallerPages {
  private readonly latchkey: Latchkey;
  /** Installers whose page is open, as far as is known. */
  private readonly opened = new Set<string>();
  /** What was downloaded of each since the extension began, the last file of each kind. */
  private readonly files = new Map<string, Map<string, InstallerFile>>();

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async open(id: string): Promise<void> {
    await this.latchkey.window.openPage(await this.page(id));
    this.opened.add(id);
  }

  /** Brings the pages that are open up to date. */
  async refresh(): Promise<void> {
    for (const id of [...this.opened]) {
      if (!(await this.latchkey.window.updatePage(await this.page(id)))) this.opened.delete(id);
    }
  }

  /** A file was downloaded: its page tells how to know it again. */
  async downloaded(id: string, file: InstallerFile): Promise<void> {
    this.files.set(id, new Map(this.files.get(id)).set(`${file.format}${file.test ? ' test' : ''}`, file));
    if (this.opened.has(id)) await this.refresh();
  }

  /** @throws Error in the reader's language where there is no such installer */
  async require(id: string): Promise<Installer> {
    const found = (await this.latchkey.installers.list()).find((installer) => installer.id === id);
    if (!found) throw new Error(this.latchkey.l10n.t('error.noInstaller', { installer: id }));
    return found;
  }

  /** What the installer is called. */
  async titleOf(installer: Installer): Promise<string> {
    const { groups, l10n } = this.latchkey;
    return installerTitle(l10n, installer, nameOf(await groups.list(), installer.group));
  }

  private async page(id: string): Promise<Page> {
    const { installers, groups, l10n } = this.latchkey;
    const [installer, formats, ledger, allGroups] = await Promise.all([
      this.require(id),
      installers.formats(),
      installers.ledger(id),
      groups.list(),
    ]);
    const { t } = l10n;
    const group = nameOf(allGroups, installer.group);
    return {
      id,
      title: installerTitle(l10n, installer, group),
      icon: 'cloud-download',
      blocks: [
        {
          kind: 'text',
          text: t(`page.intro.${installer.state}`, { group }),
          tone: installer.state === 'open' ? 'normal' : 'warning',
        },
        {
          kind: 'progress',
          label: t('page.slotsTaken'),
          value: Math.min(installer.used, installer.limit),
          maximum: installer.limit,
        },
        { kind: 'facts', rows: this.facts(installer, group) },
        { kind: 'heading', text: t('page.downloads') },
        { kind: 'actions', actions: formats.flatMap((format) => this.offered(installer, format)) },
        ...this.downloads(id),
        { kind: 'text', text: t('page.presence'), tone: 'muted' },
        { kind: 'heading', text: t('page.ledger') },
        this.ledger(ledger),
        ...(installer.state === 'revoked'
          ? []
          : [
              {
                kind: 'actions' as const,
                actions: [
                  {
                    title: t('revoke.action'),
                    icon: 'circle-slash',
                    command: 'installer.revoke',
                    arguments: { installer: id },
                  },
                ],
              },
            ]),
      ],
    };
  }

  private facts(installer: Installer, group: string) {
    const { l10n } = this.latchkey;
    const never = l10n.t('page.never');
    return [
      { label: l10n.t('page.group'), value: group },
      { label: l10n.t('page.state'), value: installerSummary(l10n, installer) },
      {
        label: l10n.t('page.expires'),
        value: installer.expiresAt === null ? never : timeOf(l10n, installer.expiresAt),
      },
      {
        label: l10n.t('page.created'),
        value: l10n.t('page.createdBy', { at: timeOf(l10n, installer.createdAt), by: installer.createdBy }),
      },
      { label: l10n.t('page.id'), value: installer.id, copy: true },
    ];
  }

  /** Each file that was downloaded, with its SHA-256 to be copied. */
  private downloads(id: string): Page['blocks'] {
    const { l10n } = this.latchkey;
    const files = [...(this.files.get(id)?.values() ?? [])];
    if (files.length === 0) return [];
    const rows = files.map(({ fileName, size, sha256 }) => ({
      label: l10n.t('page.file', { file: fileName, size: sizeOf(l10n, size) }),
      value: sha256,
      copy: true,
    }));
    return [
      { kind: 'text', text: l10n.t('page.files') },
      { kind: 'facts', rows },
    ];
  }

  /** D4: where there is a package to try a roll-out with, it stands behind the real one. */
  private offered(installer: Installer, format: OfferedFormat) {
    const real = this.download(installer, format);
    return format.test ? [real, this.testDownload(installer, format)] : [real];
  }

  private testDownload(installer: Installer, { format }: OfferedFormat) {
    const { t } = this.latchkey.l10n;
    return {
      title: t(`format.${format}.test.title`),
      description: t(`format.${format}.test.description`),
      icon: 'beaker',
      command: 'installer.download',
      arguments: { installer: installer.id, format: format satisfies InstallerFormat, test: true },
      primary: false,
      ...(installer.state === 'revoked' && { disabled: t('reason.revoked') }),
    };
  }

  /** G6, I3: each format with what it is for; one that cannot be had stays visible, with the reason. */
  private download(installer: Installer, { format, available, reason }: OfferedFormat) {
    const { l10n } = this.latchkey;
    const disabled =
      installer.state === 'revoked'
        ? l10n.t('reason.revoked')
        : available
          ? undefined
          : l10n.t(reasons[reason ?? ''] ?? 'reason.unavailable');
    return {
      title: l10n.t(`format.${format}.title`),
      description: l10n.t(`format.${format}.description`, { limit: installer.limit }),
      icon: 'desktop-download',
      command: 'installer.download',
      arguments: { installer: installer.id, format: format satisfies InstallerFormat },
      primary: available && (format === 'msi' || format === 'run'),
      ...(disabled === undefined ? {} : { disabled }),
    };
  }

  private ledger(uses: readonly InstallerUse[]) {
    const { l10n } = this.latchkey;
    return {
      kind: 'table' as const,
      columns: ['when', 'computer', 'address', 'outcome'].map((column) => ({ title: l10n.t(`ledger.${column}`) })),
      rows: uses.slice(0, 10_000).map(({ at, hostName, address, outcome, device }) => ({
        cells: [timeOf(l10n, at), hostName, address, l10n.t(`outcome.${outcome}`)],
        device,
      })),
      empty: l10n.t('ledger.empty'),
    };
  }
}

const nameOf = (groups: readonly Group[], id: string): string => groups.find((group) => group.id === id)?.name ?? id;
