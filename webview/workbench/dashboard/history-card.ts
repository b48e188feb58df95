import type { ChartConfiguration } from 'chart.js';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import { interval, merge, skip } from 'rxjs';
import { fleetHistoryRequests, type FleetCounts, type FleetHistorySpan } from '#protocol/fleet-history.ts';
import { currentLanguage, formatDateTime, formatNumber } from '#webview/base/l10n.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { reconnected$, request } from '../pages/hub.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { cardStyles } from './card-styles.ts';
import './chart-canvas.ts';
import type { Paint } from './chart-canvas.ts';
import {
  dimensions,
  fleetLines,
  reachableOf,
  timeMarks,
  withGaps,
  type Dimension,
  type FleetLine,
  type FleetPoint,
} from './fleet-lines.ts';
import { RefreshedLoader } from './refreshed-loader.ts';

const spans: readonly FleetHistorySpan[] = [1, 7, 30, 90];
const day = 86_400_000;
/** Milliseconds between two looks: the hub counts once an hour. */
const lookEvery = 300_000;

/** The devices over time, as areas or as a table. `now` is what the workbench itself knows. */
@customElement('lk-history-card')
export class HistoryCard extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    cardStyles,
    css`
      .picture {
        height: 220px;
      }
      .lines {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin: 10px 0 0;
        padding: 0;
        list-style: none;
      }
      .lines li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      td {
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) now: FleetCounts | undefined;
  @state() private days: FleetHistorySpan = 7;
  @state() private dimension: Dimension = 'presence';
  @state() private table = false;
  private readonly history = new RefreshedLoader(
    this,
    () => request(fleetHistoryRequests.get, { days: this.days }),
    merge(reconnected$().pipe(skip(1)), interval(lookEvery)),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('days') && this.hasUpdated) void this.history.reload();
  }

  override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="heading">
      <div class="card-head">
        <h2 id="heading">${this.t('dashboard.history')}</h2>
        ${this.choice('dashboard.history.by', dimensions, this.dimension, (value) => (this.dimension = value))}
        ${this.choice('dashboard.history.span', spans, this.days, (value) => (this.days = value))}
        <button
          class="icon"
          aria-pressed=${this.table}
          title=${this.t('dashboard.asTable')}
          aria-label=${this.t('dashboard.asTableOf', { heading: this.t('dashboard.history') })}
          @click=${() => (this.table = !this.table)}
        >
          ${icon('table')}
        </button>
      </div>
      ${this.history.render(({ points, step }) => this.drawn(points, step))}
    </section>`;
  }

  private choice<T extends string | number>(key: string, values: readonly T[], value: T, set: (value: T) => void) {
    return html`<select
      aria-label=${this.t(key)}
      @change=${(event: Event) => set(values[(event.target as HTMLSelectElement).selectedIndex]!)}
    >
      ${values.map((each) => html`<option ?selected=${each === value}>${this.t(`${key}.${each}`)}</option>`)}
    </select>`;
  }

  private drawn(counted: readonly FleetPoint[], step: number): TemplateResult {
    const at = Date.now();
    const points = this.now ? [...counted, { ...this.now, at }] : counted;
    const lines = fleetLines(this.dimension, points, this.t.bind(this));
    const summary = this.summaryOf(points);
    return html`<p class="summary">${summary}</p>
      ${
        this.table
          ? this.drawTable(points, lines)
          : html`<lk-chart-canvas
                class="picture"
                .label=${summary}
                .revision=${JSON.stringify([currentLanguage(), this.dimension, this.days, counted.at(-1)?.at, this.now])}
                .source=${(paint: Paint) => this.chart(paint, points, lines, step, at)}
              ></lk-chart-canvas>
              <ul class="lines">
                ${lines.map(
                  ({ label, color }) =>
                    html`<li><span class="swatch" style=${styleMap({ background: color })}></span>${label}</li>`,
                )}
              </ul>`
      }
      ${counted.length < 2 ? html`<p class="hint">${this.t('dashboard.history.begins')}</p>` : nothing}`;
  }

  private summaryOf(points: readonly FleetPoint[]): string {
    const [first, last] = [points[0], points.at(-1)];
    if (!first || !last) return this.t('dashboard.history.nothing');
    const reachable = points.map(reachableOf);
    return this.t('dashboard.history.summary', {
      ...{ before: first.total, total: last.total },
      ...{ reachable: reachable.at(-1)!, least: Math.min(...reachable), most: Math.max(...reachable) },
    });
  }

  private drawTable(points: readonly FleetPoint[], lines: readonly FleetLine[]): TemplateResult {
    return html`<div class="scroll-box" tabindex="0" role="region" aria-labelledby="heading">
      <table>
        <thead>
          <tr>
            <th scope="col">${this.t('dashboard.history.time')}</th>
            ${lines.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
            <th scope="col" class="number">${this.t('dashboard.devices')}</th>
          </tr>
        </thead>
        <tbody>
          ${points.toReversed().map(
            (point) =>
              html`<tr>
                <th scope="row">${formatDateTime(point.at)}</th>
                ${lines.map(({ read }) => html`<td class="number">${formatNumber(read(point))}</td>`)}
                <td class="number">${formatNumber(point.total)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private chart(
    paint: Paint,
    counted: readonly FleetPoint[],
    lines: readonly FleetLine[],
    step: number,
    now: number,
  ): ChartConfiguration {
    const points = withGaps(counted, step);
    const text = paint('var(--vscode-descriptionForeground)');
    const grid = paint('color-mix(in srgb, var(--vscode-descriptionForeground) 22%, transparent)');
    const from = now - this.days * day;
    const format = new Intl.DateTimeFormat(
      currentLanguage(),
      this.days === 1 ? { hour: 'numeric', minute: '2-digit' } : { day: 'numeric', month: 'short' },
    );
    const lone = counted.length < 3;
    return {
      type: 'line',
      data: {
        datasets: lines.map(({ label, color, read }, index) => ({
          label,
          data: points.map((point) => ({ x: point.at, y: 'total' in point ? read(point) : null })),
          borderColor: paint(color),
          backgroundColor: paint(`color-mix(in srgb, ${color} 55%, transparent)`),
          borderWidth: 1.5,
          fill: index === 0 ? 'origin' : '-1',
          pointRadius: lone ? 3 : 0,
          pointHitRadius: 12,
          pointHoverRadius: 4,
        })),
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        // Points of now stand at the edge, and are whole.
        clip: 6,
        layout: { padding: { right: 6 } },
        scales: {
          x: {
            type: 'linear',
            min: from,
            max: now,
            afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
              axis.ticks = timeMarks(from, now, this.days).map((value) => ({ value }));
            },
            ticks: {
              ...{ color: text, maxRotation: 0, autoSkip: true, autoSkipPadding: 12 },
              callback: (value: number) => format.format(value),
            },
            grid: { display: false },
            border: { color: grid },
          },
          y: {
            stacked: true,
            beginAtZero: true,
            ticks: { color: text, precision: 0, maxTicksLimit: 6, callback: (value: number) => formatNumber(value) },
            grid: { color: grid },
            border: { display: false },
          },
        },
        plugins: {
          tooltip: {
            callbacks: {
              title: (items: { parsed: { x: number } }[]) => (items[0] ? formatDateTime(items[0].parsed.x) : ''),
              label: ({ dataset, parsed }: { dataset: { label?: string }; parsed: { y: number } }) =>
                ` ${dataset.label ?? ''}: ${formatNumber(parsed.y)}`,
            },
          },
        },
      } as never,
    } as ChartConfiguration;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-history-card': HistoryCard;
  }
}
