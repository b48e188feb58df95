import type { ChartConfiguration } from 'chart.js';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import { currentLanguage, formatNumber } from '#webview/base/l10n.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { cardStyles } from './card-styles.ts';
import './chart-canvas.ts';
import type { Paint } from './chart-canvas.ts';
import { muted } from './dashboard-colors.ts';
import { restId, type Part } from './dashboard-parts.ts';
import { percentages } from './percentages.ts';

const rowHeight = 30;

/** What parts are of a whole, as the language writes it: `50 %`. Together they are 100 %. */
export function shares(parts: readonly number[], whole?: number): string[] {
  const { values, digits } = percentages(parts, whole);
  const written = new Intl.NumberFormat(currentLanguage(), {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return values.map((value) => written.format(value / 100));
}

/**
 * Devices by one property, as a ring or as bars, or as a table. Fires `filter-devices` with the query of the part that is
 * chosen, in the picture or beside it.
 */
@customElement('lk-parts-card')
export class PartsCard extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    cardStyles,
    css`
      .ring {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px 24px;
      }
      .picture {
        position: relative;
        flex: none;
        width: 148px;
        height: 148px;
      }
      .picture lk-chart-canvas {
        position: absolute;
        inset: 0;
      }
      .middle {
        position: absolute;
        inset: 0;
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        pointer-events: none;
      }
      .middle strong {
        font-size: 22px;
        font-weight: 400;
        line-height: 1.2;
      }
      .legend {
        flex: 1 1 170px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .part,
      .part:hover {
        display: flex;
        align-items: center;
        justify-content: flex-start;
        gap: 8px;
        width: 100%;
        min-height: ${rowHeight}px;
        padding: 2px 6px;
        border: 1px solid transparent;
        background: transparent;
        color: inherit;
        text-align: start;
      }
      button.part:hover:not([aria-disabled='true']) {
        background: var(--vscode-list-hoverBackground);
        outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .part .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .part .share {
        min-width: 4.5ch;
        color: var(--vscode-descriptionForeground);
      }
      .bars {
        display: grid;
        grid-template-columns: minmax(96px, 44%) 1fr auto;
        align-items: stretch;
        column-gap: 10px;
      }
      .bars .number {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        min-height: ${rowHeight}px;
      }
    `,
  ];

  @property() heading = '';
  @property() shape: 'ring' | 'bars' = 'ring';
  @property({ attribute: false }) parts: readonly Part[] = [];
  /** All of them together. */
  @property({ type: Number }) total = 0;
  /** What the picture shows, in a sentence. */
  @property() summary = '';
  @state() private table = false;

  override render(): TemplateResult {
    return html`<section class="card" aria-labelledby="heading">
      <div class="card-head">
        <h2 id="heading">${this.heading}</h2>
        <button
          class="icon"
          aria-pressed=${this.table}
          title=${this.t('dashboard.asTable')}
          aria-label=${this.t('dashboard.asTableOf', { heading: this.heading })}
          @click=${() => (this.table = !this.table)}
        >
          ${icon('table')}
        </button>
      </div>
      <p class="summary">${this.summary}</p>
      ${this.table ? this.drawTable() : this.shape === 'ring' ? this.ring() : this.bars()}
    </section>`;
  }

  private ring(): TemplateResult {
    return html`<div class="ring">
      <div class="picture">
        <lk-chart-canvas
          .label=${this.summary}
          .revision=${this.revision}
          .source=${(paint: Paint) => this.ringChart(paint)}
          @chart-pick=${this.picked}
        ></lk-chart-canvas>
        <div class="middle" aria-hidden="true">
          <strong>${formatNumber(this.total)}</strong>
          <span class="muted">${this.t('dashboard.devicesUnit', { count: this.total })}</span>
        </div>
      </div>
      <ul class="legend">
        ${this.parts.map(
          (part, index) =>
            html`<li>
              ${this.entry(
                part,
                html`<span class="swatch" style=${styleMap({ background: part.color })}></span>
                  <span class="name">${part.label}</span>
                  <span class="number">${formatNumber(part.value)}</span>
                  <span class="number share">${this.shares[index]}</span>`,
              )}
            </li>`,
        )}
      </ul>
    </div>`;
  }

  private bars(): TemplateResult {
    const rows = this.parts.length;
    return html`<div class="bars">
      ${this.parts.map(
        (part, index) =>
          html`<div style="grid-area: ${index + 1} / 1">
              ${this.entry(part, html`<span class="name">${part.label}</span>`)}
            </div>
            <div class="number" style="grid-area: ${index + 1} / 3">${this.amount(part)}</div>`,
      )}
      <lk-chart-canvas
        style="grid-area: 1 / 2 / ${rows + 1} / 3; height: ${rows * rowHeight}px"
        .label=${this.summary}
        .revision=${this.revision}
        .source=${(paint: Paint) => this.barChart(paint)}
        @chart-pick=${this.picked}
      ></lk-chart-canvas>
    </div>`;
  }

  /** A button where its devices can be shown. */
  private entry(part: Part, content: TemplateResult): TemplateResult {
    const { query, label } = part;
    if (query === undefined) return html`<div class="part" title=${label}>${content}</div>`;
    return html`<button class="part" title=${this.t('dashboard.showThese', { label })} @click=${() => this.show(part)}>
      ${content}
    </button>`;
  }

  private amount({ reachable, value }: Part): string {
    if (reachable === undefined) return formatNumber(value);
    return this.t('dashboard.reachableOf', { reachable, total: value });
  }

  private drawTable(): TemplateResult {
    const reach = this.parts.some(({ reachable }) => reachable !== undefined);
    return html`<div class="scroll-box" tabindex="0" role="region" aria-labelledby="heading">
      <table>
        <thead>
          <tr>
            <th scope="col">${this.heading}</th>
            ${reach ? html`<th scope="col" class="number">${this.t('dashboard.reachable')}</th>` : nothing}
            <th scope="col" class="number">${this.t('dashboard.devices')}</th>
            <th scope="col" class="number">${this.t('dashboard.share')}</th>
          </tr>
        </thead>
        <tbody>
          ${this.parts.map(
            (part, index) =>
              html`<tr>
                <th scope="row">
                  ${
                    part.query === undefined
                      ? part.label
                      : html`<button class="link" @click=${() => this.show(part)}>${part.label}</button>`
                  }
                </th>
                ${reach ? html`<td class="number">${formatNumber(part.reachable ?? 0)}</td>` : nothing}
                <td class="number">${formatNumber(part.value)}</td>
                <td class="number">${this.shares[index]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private get shares(): readonly string[] {
    return shares(
      this.parts.map(({ value }) => value),
      this.total,
    );
  }

  private get revision(): string {
    return JSON.stringify([currentLanguage(), this.shape, this.parts]);
  }

  private ringChart(paint: Paint): ChartConfiguration {
    const border = paint('var(--vscode-editorWidget-background)');
    return {
      type: 'doughnut',
      data: {
        labels: this.parts.map(({ label }) => label),
        datasets: [
          {
            data: this.parts.map(({ value }) => value),
            backgroundColor: this.parts.map(({ color }) => paint(color)),
            borderColor: border,
            borderWidth: 2,
          },
        ],
      },
      options: { cutout: '70%', plugins: { tooltip: this.tooltip() } } as ChartConfiguration<'doughnut'>['options'],
    } as ChartConfiguration;
  }

  private barChart(paint: Paint): ChartConfiguration {
    const bars = { barThickness: 10, borderRadius: 2, borderSkipped: false as const };
    const reach = this.parts.some(({ reachable }) => reachable !== undefined);
    const colors = this.parts.map(({ color }) => paint(color));
    // What is left over is a sum of many: next to it the bars of single ones would be dots.
    const largest = Math.max(...this.parts.filter(({ id }) => id !== restId).map(({ value }) => value));
    const drawn = ({ id, value }: Part): boolean => id !== restId || value <= largest;
    const online = {
      data: this.parts.map((part) => (drawn(part) ? (part.reachable ?? 0) : null)),
      backgroundColor: colors,
      ...bars,
    };
    const rest = {
      data: this.parts.map((part) => (drawn(part) ? part.value - (part.reachable ?? 0) : null)),
      backgroundColor: reach ? paint(muted) : colors,
      ...bars,
    };
    const hidden = { display: false, stacked: true };
    return {
      type: 'bar',
      data: { labels: this.parts.map(({ label }) => label), datasets: reach ? [online, rest] : [rest] },
      options: {
        indexAxis: 'y',
        layout: { padding: 0 },
        scales: { x: { ...hidden, beginAtZero: true }, y: hidden },
        plugins: { tooltip: { enabled: false } },
      },
    };
  }

  private tooltip() {
    const label = ({ label, raw }: { label: string; raw: unknown }): string =>
      ` ${label}: ${formatNumber(raw as number)}`;
    return { displayColors: true, callbacks: { title: () => '', label } };
  }

  private picked({ detail }: CustomEvent<{ index: number }>): void {
    const part = this.parts[detail.index];
    if (part) this.show(part);
  }

  private show({ query }: Part): void {
    if (query !== undefined) this.emit('filter-devices', query);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-parts-card': PartsCard;
  }
}
