import { BehaviorSubject, distinctUntilChanged, map, type Observable } from 'rxjs';
import { fileRequests } from '#protocol/file-transfer.ts';
import type { ResultOf } from '#protocol/messages.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { ProgressService } from '../progress/progress-service.ts';
import { Download, type DownloadSink } from './download.ts';
import { FileTransfer } from './file-transfer.ts';
import type { SessionService } from './session-service.ts';
import { Upload, type ConflictAnswer, type UploadSource, type UploadTarget } from './upload.ts';

export type FolderListing = ResultOf<typeof fileRequests.list>;

/** Transfers that run at the same time; the others wait for their turn. */
const mostAtOnce = 3;

/** The files of the computers of sessions, and what is on its way from and to them. */
export class FileService {
  private readonly connection: HubConnection;
  private readonly sessions: SessionService;
  private readonly progress: ProgressService;
  private readonly l10n: LocalizationService;
  private readonly queue: (() => void)[] = [];
  private running = 0;
  private readonly transfers = new BehaviorSubject<readonly FileTransfer[]>([]);

  constructor(
    connection: HubConnection,
    sessions: SessionService,
    progress: ProgressService,
    l10n: LocalizationService,
  ) {
    this.connection = connection;
    this.sessions = sessions;
    this.progress = progress;
    this.l10n = l10n;
  }

  /** @param path null: where the account starts */
  list(session: string, path: string | null): Promise<FolderListing> {
    return this.connection.request(fileRequests.list, { session, path });
  }

  /** Of one session, the latest first; those that are over stay until they are cleared. */
  of$(session: string): Observable<readonly FileTransfer[]> {
    return this.transfers.pipe(
      map(() => this.of(session)),
      distinctUntilChanged((a, b) => a.length === b.length && a.every((each, index) => each === b[index])),
    );
  }

  of(session: string): readonly FileTransfer[] {
    return this.transfers.value.filter((each) => each.session === session);
  }

  /** @param onConflict asked where there is a file of that name */
  upload(
    target: UploadTarget,
    source: UploadSource,
    onConflict: (name: string) => Promise<ConflictAnswer> = async () => 'cancel',
  ): FileTransfer {
    const { name, size } = source;
    const work = new Upload(this.connection, target, source, onConflict);
    const about = { direction: 'upload', session: target.session, name, size } as const;
    return this.add(new FileTransfer(this.sessions, about, work, this.awaitTurn));
  }

  /** @param makeSink called once it is known how much comes */
  download(
    session: string,
    path: string,
    makeSink: (name: string, size: number) => Promise<DownloadSink>,
  ): FileTransfer {
    const work = new Download(this.connection, session, path, makeSink);
    const name = path.split(/[/\\]/).at(-1) ?? path;
    return this.add(
      new FileTransfer(this.sessions, { direction: 'download', session, name, size: undefined }, work, this.awaitTurn),
    );
  }

  /** Takes those that are over out of the list. */
  clear(session: string): void {
    this.transfers.next(this.transfers.value.filter((each) => each.session !== session || !each.isOver));
  }

  cancelAll(session: string): void {
    for (const each of this.of(session)) each.cancel();
  }

  private readonly awaitTurn = async (): Promise<() => void> => {
    while (this.running >= mostAtOnce) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.running++;
    return () => {
      this.running--;
      this.queue.shift()?.();
    };
  };

  private add(transfer: FileTransfer): FileTransfer {
    this.transfers.next([transfer, ...this.transfers.value]);
    const { name } = transfer.current;
    const computer = this.sessions.get(transfer.session)?.computer?.name ?? '';
    const title = this.l10n.t(`session.transfer.${transfer.direction}`, { name, computer });
    const shown = this.progress.begin({ title, cancel: () => transfer.cancel() });
    const subscription = transfer.state$.subscribe(({ size, transferred }) => {
      if (size) shown.report({ fraction: transferred / size });
    });
    void transfer.over.then(() => {
      subscription.unsubscribe();
      shown.end();
    });
    return transfer;
  }
}
