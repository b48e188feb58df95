import { css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Page } from '#protocol/declared-page.ts';
import { currentLanguage, formatDateTime, formatNumber } from '#webview/base/l10n.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import '../dashboard/chart-canvas.ts';
import type { ChartSource } from '../dashboard/chart-canvas.ts';
import { emptyState } from './page-states.ts';
import { controlStyles } from './page-styles.ts';
import { timeTicks } from './time-ticks.ts';

type ChartBlock = Extract<Page['blocks'][number], { kind: 'chart' }>;

const colors = ['blue', 'green', 'orange', 'purple'].map((name) => `var(--vscode-charts-${name})`);
/** Rows of the table beside the picture: enough to follow the line. */
const tableRows = 25;

/** A picture of numbers over time that an extension declared, and the same as a table for whoever can't see it. */
@customElement('lk-declared-chart')
export class DeclaredChart extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        margin-bottom: 16px;
      }
      figure {
        margin: 0;
      }
      figcaption {
        margin-bottom: 6px;
        color: var(--vscode-descriptionForeground);
      }
      lk-chart-canvas {
        height: 220px;
      }
      summary {
        margin-top: 6px;
        cursor: pointer;
        color: var(--vscode-textLink-foreground);
      }
      table {
        max-width: 560px;
      }
    `,
  ];

  @property({ attribute: false }) block: ChartBlock | undefined;

  override render() {
    const { block } = this;
    if (!block) return html``;
    const points = block.series.flatMap((series) => series.points);
    if (points.length === 0) return emptyState('graph-line', block.empty);
    const last = block.series.map(({ label, points: own }) => `${label}: ${formatNumber(own.at(-1)?.value ?? 0)}`);
    return html`<figure>
      <figcaption>${block.title}</figcaption>
      <lk-chart-canvas
        .label=${[block.title, ...last].join('. ')}
        .source=${this.source(block)}
        .revision=${JSON.stringify(block)}
      ></lk-chart-canvas>
      <details>
        <summary>${this.t('page.chart.asTable')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">${this.t('page.chart.time')}</th>
              ${block.series.map(({ label }) => html`<th scope="col" class="end">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${this.rows(block).map(
              (at) =>
                html`<tr>
                  <td>${formatDateTime(at)}</td>
                  ${block.series.map((series) => html`<td class="end">${formatNumber(valueAt(series, at))}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </details>
    </figure>`;
  }

  private rows({ series }: ChartBlock): number[] {
    const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b);
    const step = Math.ceil(times.length / tableRows);
    return times.filter((_, index) => index % step === 0 || index === times.length - 1);
  }

  private source({ series, limit }: ChartBlock): ChartSource {
    const times = series.flatMap(({ points }) => points.map(({ at }) => at));
    const [from, to] = [Math.min(...times), Math.max(...times)];
    let short = new Intl.DateTimeFormat(currentLanguage());
    return (paint) => {
      const text = paint('var(--vscode-descriptionForeground)');
      const grid = paint('var(--vscode-editorWidget-border, var(--vscode-panel-border))');
      const lines = series.map(({ label, points }, index) => ({
        label,
        data: points.map(({ at, value }) => ({ x: at, y: value })),
        borderColor: paint(colors[index]!),
        borderWidth: 2,
        pointRadius: points.length === 1 ? 3 : 0,
        stepped: 'before' as const,
      }));
      const border = limit && {
        label: limit.label,
        data: [from, to].map((x) => ({ x, y: limit.value })),
        borderColor: text,
        borderWidth: 1,
        borderDash: [5, 4],
        pointRadius: 0,
      };
      const axis = { grid: { color: grid }, border: { color: grid } };
      return {
        type: 'line',
        data: { datasets: border ? [...lines, border] : lines },
        options: {
          interaction: { mode: 'index', intersect: false },
          plugins: { tooltip: { callbacks: { title: ([item]) => formatDateTime(Number(item?.parsed.x ?? 0)) } } },
          scales: {
            x: {
              type: 'linear',
              min: from,
              max: Math.max(to, from + 1),
              ...axis,
              afterBuildTicks: (scale) => {
                const room = Math.min(8, Math.floor(scale.width / 80));
                const { marks, style } = timeTicks(from, to, Math.max(2, room));
                scale.ticks = marks.map((value) => ({ value }));
                short = new Intl.DateTimeFormat(currentLanguage(), style);
              },
              ticks: { color: text, maxRotation: 0, callback: (at) => short.format(Number(at)) },
            },
            y: {
              beginAtZero: true,
              ...(limit && { suggestedMax: limit.value }),
              ...axis,
              ticks: { color: text, precision: 0, maxTicksLimit: 6, callback: (value) => formatNumber(Number(value)) },
            },
          },
        },
      };
    };
  }
}

/** Points hold until the next one. */
const valueAt = ({ points }: ChartBlock['series'][number], at: number): number =>
  points.findLast((point) => point.at <= at)?.value ?? 0;

declare global {
  interface HTMLElementTagNameMap {
    'lk-declared-chart': DeclaredChart;
  }
}
