import { filter, map, Subject, type Observable } from 'rxjs';

/** Extensions say which of their views, or nodes of them, have to be asked for anew. */
export class ViewRefreshes {
  private readonly refreshes = new Subject<{ readonly view: string; readonly node: string | null }>();

  /** @param node null: everything */
  refresh(view: string, node: string | null): void {
    this.refreshes.next({ view, node });
  }

  of(view: string): Observable<string | null> {
    return this.refreshes.pipe(
      filter((refresh) => refresh.view === view),
      map(({ node }) => node),
    );
  }
}
