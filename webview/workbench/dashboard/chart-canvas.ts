import type { Chart, ChartConfiguration } from 'chart.js';
import { css, html, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

/** Resolves a colour of a style sheet, `var(--vscode-charts-blue)`, to what a canvas understands. */
export type Paint = (color: string) => string;

/** What is drawn, made anew whenever colours, language or data change. */
export type ChartSource = (paint: Paint) => ChartConfiguration;

/**
 * A picture. To those who do not see it `label` says what it shows; what can be chosen in it can be chosen beside it too. Its
 * library is loaded when the first one is drawn. Fires `chart-pick` with the index of what is clicked, and of its data set.
 */
@customElement('lk-chart-canvas')
export class ChartCanvas extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        position: relative;
        min-width: 0;
      }
      .frame {
        position: absolute;
        inset: 0;
      }
      .probe {
        display: none;
      }
    `,
  ];

  @property() label = '';
  @property({ attribute: false }) source: ChartSource | undefined;
  /** Changes when the picture does: the source itself is made anew at each drawing of the page. */
  @property() revision = '';
  private chart: Chart | undefined;
  private drawing = 0;
  private readonly themed = (): void => void this.draw();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('theme-shown', this.themed);
    if (this.hasUpdated) void this.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('theme-shown', this.themed);
    this.drawing++;
    this.chart?.destroy();
    this.chart = undefined;
  }

  override render() {
    return html`<span class="probe"></span>
      <div class="frame"><canvas role="img" aria-label=${this.label}></canvas></div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('revision')) void this.draw();
  }

  private async draw(): Promise<void> {
    const drawing = ++this.drawing;
    const { Chart: Library } = await import('./chart-library.ts');
    const canvas = this.renderRoot.querySelector('canvas');
    if (drawing !== this.drawing || !this.source || !canvas) return;
    const { data, options, type } = this.source((color) => this.paint(color)) as ChartConfiguration;
    const font = getComputedStyle(this);
    const all = {
      ...options,
      // Nothing moves: what is counted anew a second later would be drawn half way.
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      font: { family: font.fontFamily, size: 11 },
      onClick: (_: unknown, [hit]: { index: number; datasetIndex: number }[]) => {
        if (hit) this.emit('chart-pick', { index: hit.index, set: hit.datasetIndex });
      },
    } as ChartConfiguration['options'];
    if (this.chart) {
      this.chart.data = data;
      this.chart.options = all as never;
      this.chart.update('none');
    } else {
      this.chart = new Library(canvas, { type, data, options: all } as ChartConfiguration);
    }
  }

  private paint(color: string): string {
    const probe = this.renderRoot.querySelector<HTMLElement>('.probe')!;
    probe.style.color = '';
    probe.style.color = color;
    return getComputedStyle(probe).color;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-chart-canvas': ChartCanvas;
  }
}
