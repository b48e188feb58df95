import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface RowWindowOptions {
  readonly scroller: () => HTMLElement | null;
  /** Of each row, in pixels. */
  readonly rowHeight: number;
}

/** Rows drawn beyond what is in sight: so many where one scrolls to, and so many where one comes from. */
const ahead = 10;
const behind = 2;
/** Milliseconds after which scrolling has come to rest. */
const restAfter = 150;

/**
 * Which rows of a long list are drawn. All have one height, so that nothing is measured and no row costs anything but those that
 * are drawn, however often their number changes. While one scrolls each element keeps its row as long as that is in sight;
 * at rest the elements stand in the order of their rows, as a screen reader reads them.
 */
export class RowWindow implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly options: RowWindowOptions;
  private scroller: HTMLElement | undefined;
  private readonly resizes = new ResizeObserver(([entry]) => this.resized(entry!.contentRect.height));
  private height = 0;
  private offset = 0;
  private forward = true;
  /** Scrolled to with the next drawing, when there is room for it. */
  private wanted: number | undefined;
  private count = 0;
  private first = 0;
  /** The row that the first element had when scrolling began; undefined at rest. */
  private turnedAt: number | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, options: RowWindowOptions) {
    this.host = host;
    this.options = options;
    host.addController(this);
  }

  /** The rows to draw of so many, by element. */
  rows(count: number): number[] {
    this.count = count;
    const size = this.size;
    this.first = this.firstOf(size);
    const turn = this.turnedAt === undefined || size === 0 ? 0 : (((this.turnedAt - this.first) % size) + size) % size;
    return Array.from({ length: size }, (_, element) => this.first + ((element + turn) % size));
  }

  /** So many rows fit into what is in sight. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.height / this.options.rowHeight) - 1);
  }

  /** Brings a row into sight with the next drawing, as little as can be. */
  reveal(index: number): void {
    const { rowHeight } = this.options;
    const start = index * rowHeight;
    if (start < this.offset) this.scrollTo(start);
    else if (start + rowHeight > this.offset + this.height) this.scrollTo(start + rowHeight - this.height);
  }

  hostConnected(): void {
    this.host.requestUpdate();
  }

  hostUpdated(): void {
    const scroller = this.options.scroller() ?? undefined;
    if (scroller !== this.scroller) this.follow(scroller);
    if (this.wanted === undefined || !scroller) return;
    scroller.scrollTop = this.wanted;
    this.wanted = undefined;
    this.moveTo(scroller.scrollTop);
  }

  hostDisconnected(): void {
    this.follow(undefined);
  }

  private get size(): number {
    if (this.height === 0) return 0;
    return Math.min(this.count, Math.ceil(this.height / this.options.rowHeight) + 1 + ahead + behind);
  }

  private firstOf(size: number): number {
    const { rowHeight } = this.options;
    // With fewer rows than before it is the browser that scrolls back, and says so only with the next frame.
    const offset = Math.max(0, Math.min(this.offset, this.count * rowHeight - this.height));
    const first = Math.floor(offset / rowHeight) - (this.forward ? behind : ahead);
    return Math.max(0, Math.min(first, this.count - size));
  }

  private follow(scroller: HTMLElement | undefined): void {
    this.scroller?.removeEventListener('scroll', this.scrolled);
    this.resizes.disconnect();
    clearTimeout(this.resting);
    this.turnedAt = undefined;
    this.scroller = scroller;
    if (!scroller) return;
    scroller.addEventListener('scroll', this.scrolled, { passive: true });
    this.resizes.observe(scroller);
    this.offset = scroller.scrollTop;
    this.resized(scroller.clientHeight);
  }

  private resized(height: number): void {
    if (height === this.height) return;
    this.height = height;
    this.host.requestUpdate();
  }

  private readonly scrolled = (): void => {
    const { scrollTop } = this.scroller!;
    if (scrollTop === this.offset) return;
    this.turnedAt ??= this.first;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), restAfter);
    this.moveTo(scrollTop);
  };

  private scrollTo(offset: number): void {
    this.wanted = this.offset = Math.max(0, offset);
    this.host.requestUpdate();
  }

  private moveTo(offset: number): void {
    if (offset !== this.offset) this.forward = offset > this.offset;
    this.offset = offset;
    if (this.firstOf(this.size) !== this.first) this.host.requestUpdate();
  }

  private rest(): void {
    const turned = this.turnedAt !== this.first;
    this.turnedAt = undefined;
    if (turned) this.host.requestUpdate();
  }
}
