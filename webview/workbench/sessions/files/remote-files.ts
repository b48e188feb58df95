import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { FileEntry } from '#protocol/file-transfer.ts';
import type { Session } from '#protocol/sessions.ts';
import { FileService, type FolderListing } from '#core/workbench/sessions/file-service.ts';
import type { FileTransfer } from '#core/workbench/sessions/file-transfer.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { WorkbenchStorage } from '#core/workbench/storage/workbench-storage.ts';
import { currentLanguage } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { permissionReason } from '../../pages/hub.ts';
import { emptyState, errorBanner, errorState, loadingState } from '../../pages/page-states.ts';
import { controlStyles } from '../../pages/page-styles.ts';
import { droppedFiles, savedByBrowser, sourceOf } from './browser-files.ts';
import { conflictAsker } from './conflicts.ts';
import { fileRows, join, type FileOrder, type SortColumn } from './file-rows.ts';
import './file-table.ts';
import './file-transfers.ts';
import { remoteFilesStyles } from './remote-files-styles.ts';

const orderKey = 'sessions.files.order';
const standardOrder: FileOrder = { column: 'name', descending: false, hidden: false };

/** The files of a session's computer, with the rights of the account that works there: listed, sent and fetched. */
@customElement('lk-remote-files')
export class RemoteFiles extends WorkbenchElement {
  static override styles = [baseStyles, controlStyles, remoteFilesStyles];

  @property({ attribute: false }) session: Session | undefined;
  @state() private listing: FolderListing | undefined;
  @state() private listError: unknown;
  @state() private actionError: unknown;
  @state() private said = '';
  @state() private loading = false;
  @state() private dragging = false;
  @state() private order: FileOrder = {
    ...standardOrder,
    ...inject(WorkbenchStorage).get<Partial<FileOrder>>(orderKey),
  };
  @query('#path') private pathInput!: HTMLInputElement | null;
  @query('#upload') private uploadInput!: HTMLInputElement;
  private readonly files = inject(FileService);
  private readonly sessions = inject(SessionService);
  private run = 0;
  private ready: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.ready?.unsubscribe();
    this.run++;
  }

  override focus(): void {
    (this.renderRoot.querySelector<HTMLElement>('lk-file-table') ?? this.pathInput)?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('session') as Session | undefined;
    if (changed.has('session') && before !== undefined && before.id !== this.session?.id) {
      this.listing = undefined;
      this.watch();
    }
  }

  private watch(): void {
    this.ready?.unsubscribe();
    const id = this.session?.id;
    if (id === undefined) return;
    this.ready = this.sessions.availability$(id).subscribe((availability) => {
      if (availability === 'ready' && !this.listing) void this.list(null);
    });
  }

  /** Why nothing can be sent or fetched now, where nothing can. */
  private get reason(): string | undefined {
    const { session } = this;
    const switchedOff = permissionReason('session.files');
    if (switchedOff !== undefined) return switchedOff;
    if (!session || !this.sessions.isInControl(session)) return this.t('sessions.lookOnly');
    return session.state === 'active' ? undefined : this.t('sessions.notNow');
  }

  private async list(path: string | null, orDownload?: FileEntry): Promise<void> {
    const id = this.session?.id;
    if (id === undefined) return;
    const run = ++this.run;
    this.loading = true;
    this.actionError = undefined;
    try {
      const listing = await this.files.list(id, path);
      if (run !== this.run) return;
      this.listing = listing;
      this.listError = undefined;
    } catch (error) {
      if (run !== this.run) return;
      const isFile = error instanceof LatchkeyError && error.code === 'file.notAFolder';
      if (isFile && orDownload) this.fetch(orDownload);
      else if (this.listing) this.actionError = error;
      else this.listError = error;
    } finally {
      if (run === this.run) this.loading = false;
    }
  }

  override render(): TemplateResult {
    const { listing } = this;
    return html`<div
        class="frame ${this.dragging ? 'dragging' : ''}"
        @dragover=${this.dragged}
        @dragleave=${() => (this.dragging = false)}
        @drop=${this.dropped}
      >
        ${this.renderBar()} ${errorBanner(this.actionError)}
        <span class="visually-hidden" role="status">${this.said}</span>
        ${
          listing
            ? this.renderListing(listing)
            : this.listError !== undefined
              ? errorState(this.listError, () => void this.list(null))
              : this.session?.state === 'active'
                ? loadingState()
                : emptyState('folder', this.t('sessions.notNow'))
        }
        ${this.dragging ? html`<div class="drop">${icon('cloud-upload')}${this.t('sessions.files.drop')}</div>` : nothing}
      </div>
      <lk-file-transfers .session=${this.session?.id}></lk-file-transfers>`;
  }

  private renderBar(): TemplateResult {
    const { listing, reason } = this;
    const button = (symbol: string, key: string, action: () => void, off = false): TemplateResult =>
      html`<button class="icon" title=${this.t(key)} aria-label=${this.t(key)} ?disabled=${off} @click=${action}>
        ${icon(symbol)}
      </button>`;
    const parent = listing?.parent;
    return html`<div class="bar">
      ${button('arrow-up', 'sessions.files.up', () => void this.list(parent ?? null), parent === undefined || parent === null)}
      ${button('home', 'sessions.files.home', () => void this.list(null))}
      <form class="path" @submit=${this.goTo}>
        <input
          id="path"
          type="text"
          spellcheck="false"
          autocomplete="off"
          aria-label=${this.t('sessions.files.path')}
          .value=${listing?.path ?? ''}
        />
      </form>
      ${button('refresh', 'sessions.files.refresh', () => void this.list(listing?.path ?? null))}
      <button
        class="icon"
        title=${this.t('sessions.files.hidden')}
        aria-label=${this.t('sessions.files.hidden')}
        aria-pressed=${this.order.hidden}
        @click=${() => this.reorder({ hidden: !this.order.hidden })}
      >
        ${icon(this.order.hidden ? 'eye' : 'eye-closed')}
      </button>
      <button
        class="primary"
        aria-disabled=${reason || !listing ? 'true' : 'false'}
        title=${reason ?? this.t('sessions.files.uploadTip')}
        @click=${() => !reason && listing && this.uploadInput.click()}
      >
        ${icon('cloud-upload')}<span class="text">${this.t('sessions.files.upload')}</span>
      </button>
      <input id="upload" type="file" multiple hidden aria-hidden="true" @change=${this.chosen} />
    </div>`;
  }

  private renderListing(listing: FolderListing): TemplateResult {
    const rows = fileRows(listing.entries, this.order, currentLanguage());
    return html`${
        listing.more
          ? html`<p class="muted more">${this.t('sessions.files.more', { count: listing.entries.length })}</p>`
          : nothing
      }
      <lk-file-table
        class=${this.loading ? 'loading' : ''}
        .rows=${rows}
        .order=${this.order}
        .label=${this.t('sessions.files.in', { folder: listing.path })}
        .reason=${this.reason}
        .empty=${listing.entries.length > 0 ? this.t('sessions.files.onlyHidden') : this.t('sessions.files.empty')}
        @file-open=${({ detail }: CustomEvent<FileEntry>) => this.open(detail)}
        @file-download=${({ detail }: CustomEvent<readonly FileEntry[]>) => detail.forEach((each) => this.fetch(each))}
        @file-sort=${({ detail }: CustomEvent<SortColumn>) =>
          this.reorder({ column: detail, descending: this.order.column === detail && !this.order.descending })}
        @file-up=${() => listing.parent !== null && void this.list(listing.parent)}
      ></lk-file-table>`;
  }

  private open(entry: FileEntry): void {
    const path = join(this.listing?.path ?? '', entry.name);
    if (entry.kind === 'folder' || entry.kind === 'link') void this.list(path, entry);
    else this.fetch(entry);
  }

  private fetch(entry: FileEntry): void {
    const { session, listing } = this;
    if (!session || !listing || this.reason !== undefined) return;
    this.tell(this.files.download(session.id, join(listing.path, entry.name), savedByBrowser));
  }

  private send(files: readonly File[]): void {
    const { session, listing } = this;
    if (!session || !listing || this.reason !== undefined || files.length === 0) return;
    const folder = listing.path;
    const ask = conflictAsker(folder, files.length);
    const transfers = files.map((file) => this.files.upload({ session: session.id, folder }, sourceOf(file), ask));
    for (const transfer of transfers) this.tell(transfer);
    void Promise.all(transfers.map(({ over }) => over)).then(() => {
      if (this.isConnected && this.listing?.path === folder) void this.list(folder);
    });
  }

  private tell(transfer: FileTransfer): void {
    void transfer.over.then(({ phase, name }) => {
      this.said = this.t(`sessions.files.${phase === 'done' ? transfer.direction : phase}Said`, { name });
    });
  }

  private reorder(change: Partial<FileOrder>): void {
    this.order = { ...this.order, ...change };
    inject(WorkbenchStorage).set(orderKey, this.order);
  }

  private goTo(event: Event): void {
    event.preventDefault();
    const path = this.pathInput?.value.trim();
    if (path) void this.list(path);
  }

  private chosen(): void {
    this.send([...(this.uploadInput.files ?? [])]);
    this.uploadInput.value = '';
  }

  private dragged(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    const may = this.reason === undefined && this.listing !== undefined;
    event.dataTransfer.dropEffect = may ? 'copy' : 'none';
    this.dragging = may;
  }

  private dropped(event: DragEvent): void {
    this.dragging = false;
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    const { files, folders } = droppedFiles(event.dataTransfer);
    this.actionError = undefined;
    if (folders.length > 0) this.actionError = new LatchkeyError('file.notAFile', { file: folders.join(', ') });
    this.send(files);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-remote-files': RemoteFiles;
  }
}
