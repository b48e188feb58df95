import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Language } from '#core/base/l10n/localizer.ts';
import type { RollOutFile } from '#protocol/roll-outs.ts';
import type { GroupPolicyPlan } from '../domain/group-policy-plan.ts';
import type { HubAddress } from '../http/hub-address.ts';
import type { PayloadWatcher } from '../installers/formats/payload-cache.ts';
import { slug, type InstallerFileService, type MadeInstaller } from '../installers/installer-file-service.ts';
import type { TechnicianActor } from '../workbench/technician-actor.ts';
import { gpmcBackup } from './files/gpmc-backup.ts';
import { guide } from './files/guide.ts';
import { commandLines, detectionScript } from './files/other-distributions.ts';
import { crlf, utf8WithMark } from './files/quoting.ts';
import { rollOutScript, rollOutScriptFile } from './files/roll-out-script.ts';
import { rollOutTexts } from './files/roll-out-texts.ts';
import { zipSize, zipStream, type ArchiveFile } from './files/zip-stream.ts';
import { planOf } from './roll-out-plan.ts';
import { deploymentOf } from './roll-out-rows.ts';
import type { CompleteRollOut, RollOutService } from './roll-out-service.ts';

/** What a roll-out puts into the domain and into the shared folder. */
export interface PlannedRollOut {
  readonly rollOut: CompleteRollOut;
  readonly plan: GroupPolicyPlan;
  /** The endpoint, and the package to try it with. */
  readonly packages: readonly [MadeInstaller, MadeInstaller];
}

export interface MadeArchive {
  readonly file: RollOutFile;
  /** Its bytes; to be read, or destroyed. */
  open(): Readable;
  /** To be called when it is handed out. */
  handedOut(): Promise<void>;
}

/** Makes the files of roll-outs. Nothing is kept of them: the same roll-out gets the same ones again. */
export class RollOutFileService {
  private readonly rollOuts: RollOutService;
  private readonly installers: InstallerFileService;
  private readonly address: HubAddress;

  constructor(rollOuts: RollOutService, installers: InstallerFileService, address: HubAddress) {
    this.rollOuts = rollOuts;
    this.installers = installers;
    this.address = address;
  }

  /**
   * What is to stand in the domain, with the packages. Whoever puts them there calls `handedOut` of the first.
   * @throws LatchkeyError as `RollOutService.complete` and `InstallerFileService.make`
   */
  async plan(actor: TechnicianActor, id: string, watcher?: PayloadWatcher): Promise<PlannedRollOut> {
    const rollOut = await this.rollOuts.complete(actor, id);
    const real = named(await this.installers.make(actor, rollOut.installer, 'msi', watcher), id);
    const test = named(await this.installers.make(actor, rollOut.installer, 'msi', watcher, true), id);
    return { rollOut, plan: planOf(rollOut, plannedFile(real)), packages: [real, test] };
  }

  /** @throws LatchkeyError as `plan` */
  async make(actor: TechnicianActor, id: string, language: Language, watcher?: PayloadWatcher): Promise<MadeArchive> {
    const planned = await this.plan(actor, id, watcher);
    const { row } = planned.rollOut;
    const written = this.write(planned, language);
    const packages = planned.packages.map(({ file, artefact }) => ({
      path: `packages/${file.fileName}`,
      size: file.size,
      sha256: file.sha256,
      open: () => artefact.open(),
    }));
    const files = [...written.map(described), ...packages];
    const archive: ArchiveFile[] = [{ path: 'SHA256SUMS.txt', content: sums(files) }, ...written, ...packages];
    const fileName = `latchkey-roll-out_${slug(row.name)}.zip`;
    const size = await zipSize(archive, row.created_at);
    return {
      file: {
        rollOut: id,
        fileName,
        size,
        path: `/api/roll-outs/${id}/files?language=${language}`,
        files: files.map(({ path, size: bytes, sha256 }) => ({ path, size: bytes, sha256 })),
      },
      open: () => zipStream(archive, row.created_at),
      handedOut: () => this.rollOuts.recordDownload(actor, row, fileName),
    };
  }

  private write({ rollOut, plan, packages }: PlannedRollOut, language: Language): { path: string; content: Buffer }[] {
    const { row, target } = rollOut;
    const texts = rollOutTexts(language);
    const [real, test] = packages.map(({ file }) => ({ ...file, test: file.test ?? false }));
    const testPlan = planOf(rollOut, plannedFile(packages[1]));
    const { install, uninstall } = commandLines(real!.fileName);
    const files = [real!, test!];
    return [
      {
        path: 'guide.html',
        content: guide(
          {
            id: row.id,
            plan,
            target,
            deployment: deploymentOf(row),
            group: rollOut.group,
            limit: row.max_uses,
            hub: this.address.publicUrl,
            packages: files,
          },
          texts,
        ),
      },
      {
        path: rollOutScriptFile,
        content: rollOutScript(
          { id: row.id, plan, testParameters: testPlan.startupScript.parameters, packages: files },
          texts,
        ),
      },
      ...(target.kind === 'computers'
        ? [{ path: 'computers.txt', content: utf8WithMark(crlf(`${target.computers.join('\n')}\n`)) }]
        : []),
      { path: `startup/${plan.startupScript.fileName}`, content: Buffer.from(plan.startupScript.content, 'ascii') },
      ...gpmcBackup(plan, row.id, row.created_at).map(({ path, content }) => ({ path: `gpo-backup/${path}`, content })),
      { path: 'intune/Detect-LatchkeyEndpoint.ps1', content: detectionScript(real!.version ?? '0') },
      { path: 'sccm/command-lines.txt', content: utf8WithMark(crlf(`${install}\n${uninstall}\n`)) },
    ];
  }
}

/** Two roll-outs of one device group may share a folder: each package has a name of its own there. */
const named = (made: MadeInstaller, id: string): MadeInstaller => ({
  ...made,
  file: { ...made.file, fileName: made.file.fileName.replace(/(_x64)?\.msi$/, `_${id.slice(0, 6)}$&`) },
});

const plannedFile = ({ file }: MadeInstaller): { fileName: string; version: string; test: boolean } => ({
  fileName: file.fileName,
  version: file.version ?? '0',
  test: file.test ?? false,
});

const described = ({ path, content }: { path: string; content: Buffer }): RollOutFile['files'][number] => ({
  path,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
});

/** As `sha256sum -c` reads them. */
const sums = (files: readonly RollOutFile['files'][number][]): Buffer =>
  Buffer.from(files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''), 'utf8');
