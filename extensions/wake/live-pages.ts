import type { Latchkey, Page } from '../../protocol/api/index.ts';

/** Pages that are drawn anew, for as long as they are open, whenever what they show may be another. */
export class LivePages {
  private readonly latchkey: Latchkey;
  private readonly draws = new Map<string, () => Promise<Page>>();
  private drawing: Promise<void> = Promise.resolve();
  private wanted = false;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async open(draw: () => Promise<Page>): Promise<void> {
    const page = await draw();
    this.draws.set(page.id, draw);
    await this.latchkey.window.openPage(page);
  }

  /** Changes that come while the pages are drawn are one. Resolves once they are. */
  update(): Promise<void> {
    if (this.wanted) return this.drawing;
    this.wanted = true;
    return (this.drawing = this.drawing.then(async () => {
      this.wanted = false;
      for (const [id, draw] of [...this.draws]) await this.redraw(id, draw);
    }));
  }

  /** One that is closed, or about what there is no more, is left alone from now on. */
  private async redraw(id: string, draw: () => Promise<Page>): Promise<void> {
    try {
      if (!(await this.latchkey.window.updatePage(await draw()))) this.draws.delete(id);
    } catch (error) {
      this.draws.delete(id);
      this.latchkey.log.warn((error as Error).message);
    }
  }
}
