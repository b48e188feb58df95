import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { formatNumber } from '#webview/base/l10n.ts';
import { moveFocus } from '#webview/base/focus.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

export interface ActivityItem {
  readonly id: string;
  readonly title: string;
  readonly icon: string;
  readonly badge?: number | undefined;
  /** What the badge counts, in words. */
  readonly badgeText?: string | undefined;
  /** Of those at the foot: it opens a page, no menu. */
  readonly page?: boolean | undefined;
}

/** The bar at the very left. Fires `activity` with the identifier pressed; `activity-menu` for those at the foot. */
@customElement('lk-activity-bar')
export class ActivityBar extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        width: 48px;
        background: var(--vscode-activityBar-background);
        border-inline-end: 1px solid var(--vscode-activityBar-border);
      }
      .top {
        flex: 1;
        min-height: 0;
        overflow: hidden;
      }
      button {
        position: relative;
        display: grid;
        place-items: center;
        width: 47px;
        height: 48px;
        padding: 0;
        border: 0;
        background: none;
        color: var(--vscode-activityBar-inactiveForeground);
        cursor: pointer;
      }
      button:hover,
      button.active,
      button:focus-visible {
        color: var(--vscode-activityBar-foreground);
      }
      button.active::before {
        content: '';
        position: absolute;
        inset: 0 auto 0 0;
        border-inline-start: 2px solid var(--vscode-activityBar-activeBorder);
      }
      .codicon {
        width: 24px;
        height: 24px;
        font-size: 24px;
      }
      .badge {
        position: absolute;
        right: 6px;
        top: 24px;
        min-width: 16px;
        padding: 0 4px;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 9px;
        background: var(--vscode-activityBarBadge-background);
        color: var(--vscode-activityBarBadge-foreground);
        font-size: 9px;
        font-weight: 600;
        line-height: 14px;
      }
    `,
  ];

  @property({ attribute: false }) items: readonly ActivityItem[] = [];
  @property({ attribute: false }) foot: readonly ActivityItem[] = [];
  @property() active: string | undefined;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('button[tabindex="0"]')?.focus();
  }

  override render(): TemplateResult {
    const stop = this.items.some(({ id }) => id === this.active) ? this.active : this.items[0]?.id;
    return html`<div
        class="top"
        role="tablist"
        aria-orientation="vertical"
        aria-label=${this.t('activityBar.label')}
        @keydown=${this.pressed}
      >
        ${this.items.map((item) => this.renderItem(item, item.id === stop))}
      </div>
      <div role="toolbar" aria-orientation="vertical" aria-label=${this.t('activityBar.foot')} @keydown=${this.pressed}>
        ${this.foot.map(
          (item, index) =>
            html`<button
              tabindex=${index === 0 ? 0 : -1}
              title=${item.title}
              aria-label=${item.title}
              aria-haspopup=${item.page ? nothing : 'menu'}
              @click=${(event: Event) => this.emit('activity-menu', { id: item.id, button: event.currentTarget })}
            >
              ${icon(item.icon)}
            </button>`,
        )}
      </div>`;
  }

  private renderItem({ id, title, icon: sign, badge, badgeText }: ActivityItem, stop: boolean): TemplateResult {
    const active = id === this.active;
    const label = badge ? `${title} – ${badgeText ?? formatNumber(badge)}` : title;
    return html`<button
      class=${classMap({ active })}
      role="tab"
      tabindex=${stop ? 0 : -1}
      aria-selected=${active}
      aria-label=${label}
      title=${label}
      @click=${() => this.emit('activity', id)}
    >
      ${icon(sign)}
      ${badge ? html`<span class="badge" aria-hidden="true">${badge > 999 ? '999+' : badge}</span>` : nothing}
    </button>`;
  }

  private pressed(event: KeyboardEvent): void {
    const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll('button')];
    moveFocus(event, buttons, { orientation: 'vertical' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-activity-bar': ActivityBar;
  }
}
