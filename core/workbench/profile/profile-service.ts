import { BehaviorSubject, type Observable } from 'rxjs';
import { profileNotifications, profileRequests, type ProfileDocument } from '#protocol/profile.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';

interface Content {
  readonly text: string;
  readonly version: number;
}

const documents: readonly ProfileDocument[] = ['settings', 'keybindings'];
const nothing: Content = { text: '', version: 0 };

/** The technician's own documents: kept by the hub, and here a copy so that the workbench opens as it was left. */
export class ProfileService {
  private readonly connection: HubConnection;
  private readonly storage: WorkbenchStorage;
  private readonly contents = new Map<ProfileDocument, BehaviorSubject<Content>>();

  constructor(connection: HubConnection, storage: WorkbenchStorage) {
    this.connection = connection;
    this.storage = storage;
    for (const document of documents) {
      this.contents.set(document, new BehaviorSubject(storage.get<Content>(`profile.${document}`) ?? nothing));
    }
    connection.on(profileNotifications.changed, ({ document, ...content }) => this.set(document, content));
    let online = false;
    connection.status$.subscribe(({ state }) => {
      if (state === 'online' && !online) for (const document of documents) void this.load(document).catch(() => {});
      if (state === 'signedOut') for (const document of documents) this.set(document, nothing);
      online = state === 'online';
    });
  }

  /** JSON with comments; empty where nothing was written yet. */
  content$(document: ProfileDocument): Observable<Content> {
    return this.subject(document);
  }

  text(document: ProfileDocument): string {
    return this.subject(document).value.text;
  }

  /** @throws LatchkeyError `profile.conflict` where it was written elsewhere meanwhile; `hub.unreachable` */
  async write(document: ProfileDocument, text: string): Promise<void> {
    const { version } = this.subject(document).value;
    const written = await this.connection.request(profileRequests.write, { document, text, version });
    this.set(document, written);
  }

  /** Asks the hub anew. Resolves once the document is as the hub has it. */
  async load(document: ProfileDocument): Promise<void> {
    this.set(document, await this.connection.request(profileRequests.read, { document }));
  }

  private set(document: ProfileDocument, { text, version }: Content): void {
    const { value } = this.subject(document);
    if (value.text === text && value.version === version) return;
    this.storage.set(`profile.${document}`, { text, version });
    this.subject(document).next({ text, version });
  }

  private subject(document: ProfileDocument): BehaviorSubject<Content> {
    return this.contents.get(document)!;
  }
}
