import type { CommandContext, InstallerFile, InstallerFormat, Latchkey } from '../../protocol/api/index.ts';
import { parseExpiry } from './expiry.ts';
import type { InstallerPages } from './installer-pages.ts';
import { sizeOf } from './texts.ts';

export interface GenerateArguments {
  readonly group?: string;
  readonly limit?: number;
  readonly expires?: string;
  readonly name?: string;
  readonly format?: InstallerFormat;
  readonly output?: string;
}
export interface GenerateResult {
  readonly id: string;
  readonly token: string;
  readonly group: string;
  readonly limit: number;
  readonly used: number;
  /** ISO 8601; null: never. */
  readonly expires: string | null;
  /** Where the file went; null where none was asked for, or where the browser decided that. */
  readonly file: string | null;
  readonly sha256: string | null;
}
export interface DownloadArguments {
  readonly installer: string;
  readonly format: InstallerFormat;
  /** The package that a roll-out is tried with. */
  readonly test?: boolean;
  readonly output?: string;
}

const formats: readonly InstallerFormat[] = ['exe', 'msi', 'pkg', 'deb', 'run'];

/** The bodies of the commands. */
export class InstallerCommands {
  private readonly latchkey: Latchkey;
  private readonly pages: InstallerPages;

  constructor(latchkey: Latchkey, pages: InstallerPages) {
    this.latchkey = latchkey;
    this.pages = pages;
  }

  async generate(args: GenerateArguments, context: CommandContext): Promise<GenerateResult | null> {
    const { installers, l10n, environment } = this.latchkey;
    // Everything that can be wrong is found out before an installer is made.
    const expiresAt = parseExpiry(args.expires, Date.now());
    if (typeof expiresAt === 'string') throw new Error(l10n.t(expiresAt, { value: args.expires ?? '' }));
    const format = this.formatOf(args);
    if (format) await this.requireAvailable(format);
    const question = { title: l10n.t('generate.title'), placeholder: l10n.t('generate.group.placeholder') };
    const group = args.group ?? (await this.latchkey.groups.pick(question));
    if (!group) return null;

    const { installer, token } = await installers.generate({
      group,
      name: args.name?.trim() || null,
      expiresAt,
      ...(args.limit === undefined ? {} : { limit: args.limit }),
    });
    let file: string | null = null;
    let sha256: string | null = null;
    if (format) {
      try {
        const prepared = await installers.prepare(installer.id, format, context);
        sha256 = prepared.sha256;
        file = await this.save(installer.id, prepared, args.output);
      } catch (error) {
        // Nobody got the file: an installer that nobody knows of must not stay open.
        await installers.revoke(installer.id).catch(() => {});
        throw error;
      }
    }
    if (environment.kind === 'browser') await this.pages.open(installer.id);
    return {
      id: installer.id,
      token,
      group: installer.group,
      limit: installer.limit,
      used: installer.used,
      expires: installer.expiresAt === null ? null : new Date(installer.expiresAt).toISOString(),
      file,
      sha256,
    };
  }

  async download({ installer, format, test = false, output }: DownloadArguments, context: CommandContext) {
    await this.requireAvailable(format, test);
    const prepared = await this.latchkey.installers.prepare(installer, format, { ...context, test });
    const path = await this.save(installer, prepared, output);
    return { installer, format, test, file: path, size: prepared.size, sha256: prepared.sha256 };
  }

  async revoke({ installer: id }: { readonly installer: string }) {
    const { installers, window, l10n } = this.latchkey;
    const installer = await this.pages.require(id);
    const confirmed = await window.confirm({
      message: l10n.t('revoke.question', { name: await this.pages.titleOf(installer) }),
      detail: l10n.t('revoke.detail', { used: installer.used, left: installer.limit - installer.used }),
      action: l10n.t('revoke.action'),
      destructive: true,
    });
    if (!confirmed) return null;
    const { state } = await installers.revoke(id);
    await this.pages.refresh();
    return { id, state };
  }

  /** Saves a file; where a browser took it, says what it is known by, because nobody returns a result there. */
  private async save(installer: string, file: InstallerFile, output: string | undefined): Promise<string | null> {
    const { installers, environment, log } = this.latchkey;
    const { path } = await installers.save(file, output);
    if (environment.kind === 'browser') {
      const warn = (error: Error): void => log.warn(error.message);
      this.tell(file).catch(warn);
      await this.pages.downloaded(installer, file).catch(warn);
    }
    return path;
  }

  private async tell({ fileName, size, sha256 }: InstallerFile): Promise<void> {
    const { window, l10n } = this.latchkey;
    const copy = l10n.t('download.copy');
    const said = l10n.t('download.done', { file: fileName, size: sizeOf(l10n, size), sha256 });
    if ((await window.showInformation(said, copy)) === copy) await window.writeClipboard(sha256);
  }

  /** The format asked for, or, where a file is to be written, the one that its name says. */
  private formatOf({ format, output }: GenerateArguments): InstallerFormat | undefined {
    if (format !== undefined || output === undefined) return format;
    const ending = /\.([a-z]+)$/i.exec(output)?.[1]?.toLowerCase();
    const found = formats.find((candidate) => candidate === ending);
    if (!found)
      throw new Error(this.latchkey.l10n.t('error.formatUnknown', { file: output, formats: formats.join(', ') }));
    return found;
  }

  private async requireAvailable(format: InstallerFormat, test = false): Promise<void> {
    const { l10n } = this.latchkey;
    const offered = (await this.latchkey.installers.formats()).find((each) => each.format === format);
    const title = l10n.t(`format.${format}.title`);
    if (test && !offered?.test) throw new Error(l10n.t('error.noTest', { format: title }));
    if (!offered?.available && !test) throw new Error(l10n.t('error.formatUnavailable', { format: title }));
  }
}
