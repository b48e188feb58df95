import { BehaviorSubject, type Observable } from 'rxjs';
import { auditRequests, type AuditEntry } from '#protocol/audit.ts';
import { request } from '../pages/hub.ts';

export interface AuditLogState {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  readonly loading: boolean;
  readonly complete: boolean;
  readonly error: unknown;
}

const pageSize = 200;

/** The part of the audit log that is on this page, of all that the technician may see, of one device or of one session. */
export class AuditLog {
  private readonly subject = new BehaviorSubject<AuditLogState>({
    entries: [],
    loading: false,
    complete: false,
    error: undefined,
  });
  readonly state$: Observable<AuditLogState> = this.subject;
  private readonly about: { readonly device?: string | undefined; readonly session?: string | undefined };

  /** @param device @param session where the log of one of them alone is wanted */
  constructor(device?: string, session?: string) {
    this.about = { ...(device === undefined ? {} : { device }), ...(session === undefined ? {} : { session }) };
  }

  get state(): AuditLogState {
    return this.subject.value;
  }

  /** The next older page; nothing where one is under way or the oldest entry is there. */
  async loadOlder(): Promise<void> {
    if (this.state.loading || this.state.complete) return;
    const oldest = this.state.entries.at(-1)?.number;
    await this.load(async () => {
      const page = await this.fetch(oldest);
      return { entries: [...this.state.entries, ...page], complete: page.length < pageSize };
    });
  }

  /** What was added since the newest entry that is here. */
  async refresh(): Promise<void> {
    if (this.state.loading) return;
    const newest = this.state.entries[0]?.number;
    await this.load(async () => {
      const page = await this.fetch(undefined);
      if (newest === undefined) return { entries: page, complete: page.length < pageSize };
      const fresh = page.filter(({ number }) => number > newest);
      // More than a page came meanwhile: what lies between is not here, so begin anew.
      if (fresh.length === pageSize) return { entries: fresh, complete: false };
      return { entries: [...fresh, ...this.state.entries], complete: this.state.complete };
    });
  }

  /** Everything there is, for an export, page by page. */
  async loadAll(): Promise<readonly AuditEntry[]> {
    while (!this.state.complete) {
      await this.loadOlder();
      if (this.state.error !== undefined) throw this.state.error;
    }
    return this.state.entries;
  }

  private fetch(before: number | undefined): Promise<AuditEntry[]> {
    return request(auditRequests.query, {
      ...this.about,
      ...(before === undefined ? {} : { before }),
      limit: pageSize,
    });
  }

  private async load(work: () => Promise<Pick<AuditLogState, 'entries' | 'complete'>>): Promise<void> {
    this.subject.next({ ...this.state, loading: true, error: undefined });
    try {
      this.subject.next({ ...(await work()), loading: false, error: undefined });
    } catch (error) {
      this.subject.next({ ...this.state, loading: false, error });
    }
  }
}
