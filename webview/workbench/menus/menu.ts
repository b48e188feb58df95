import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import type { MenuEntry, MenuItems, MenuPlace } from './menu-entry.ts';

/**
 * A context menu or drop-down, above everything else. Arrows, Home, End, first letters; right and left for submenus;
 * Escape. Fires `menu-closed` with the identifier chosen, or null.
 */
@customElement('lk-menu')
export class Menu extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 0;
        border: 0;
        overflow: visible;
        background: none;
      }
      .menu {
        min-width: 160px;
        max-width: min(480px, calc(100vw - 8px));
        max-height: calc(100vh - 8px);
        overflow: auto;
        margin: 0;
        padding: 4px;
        border: 1px solid var(--vscode-menu-border);
        border-radius: 5px;
        background: var(--vscode-menu-background);
        color: var(--vscode-menu-foreground);
        box-shadow: 0 2px 8px var(--vscode-widget-shadow);
        outline: none;
      }
      .item {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 24px;
        padding: 0 8px;
        border-radius: 3px;
        cursor: pointer;
        outline: none;
        white-space: nowrap;
      }
      .item.focused {
        background: var(--vscode-menu-selectionBackground);
        color: var(--vscode-menu-selectionForeground);
        outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
        outline-offset: -1px;
      }
      .item[aria-disabled='true'] {
        color: var(--vscode-disabledForeground);
        cursor: default;
      }
      .item[aria-disabled='true'].focused {
        background: var(--vscode-list-hoverBackground);
      }
      .label {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .keys {
        margin-inline-start: 24px;
        opacity: 0.85;
      }
      .separator {
        margin: 4px 0;
        border-top: 1px solid var(--vscode-menu-separatorBackground);
      }
      .reason {
        white-space: normal;
        max-width: 360px;
        padding: 2px 8px 4px 32px;
        font-size: 12px;
        color: var(--vscode-descriptionForeground);
      }
    `,
  ];

  @property({ attribute: false }) groups: readonly MenuItems[] = [];
  @property({ attribute: false }) place: MenuPlace = { x: 0, y: 0 };
  @property() label = '';
  @state() private focusedId: string | undefined;
  private child: Menu | undefined;
  private readonly outside = (event: Event): void => {
    if (!event.composedPath().some((target) => target instanceof Menu)) this.close(undefined);
  };
  private readonly leave = (): void => this.close(undefined);

  override connectedCallback(): void {
    super.connectedCallback();
    this.popover = 'manual';
    this.showPopover();
    document.addEventListener('pointerdown', this.outside, true);
    window.addEventListener('blur', this.leave);
    window.addEventListener('resize', this.leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.outside, true);
    window.removeEventListener('blur', this.leave);
    window.removeEventListener('resize', this.leave);
    this.child?.remove();
  }

  private get entries(): MenuEntry[] {
    return this.groups.flat();
  }

  protected override firstUpdated(): void {
    const { offsetWidth: width, offsetHeight: height } = this;
    const { x, y, above } = this.place;
    const top = above || y + height > innerHeight - 4 ? y - height : y;
    this.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    this.style.top = `${Math.max(4, Math.min(top, innerHeight - height - 4))}px`;
    this.renderRoot.querySelector<HTMLElement>('.menu')?.focus();
    this.focusedId ??= this.entries[0]?.id;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('groups') || !this.child) return;
    const open = this.entries.find(({ id }) => id === this.focusedId);
    if (!open?.submenu || open.disabledReason) {
      this.closeChild();
      this.renderRoot.querySelector<HTMLElement>('.menu')?.focus();
    } else this.child.groups = open.submenu;
  }

  override render(): TemplateResult {
    const active = this.entries.findIndex(({ id }) => id === this.focusedId);
    return html`<div
      class="menu"
      role="menu"
      tabindex="-1"
      aria-label=${this.label || nothing}
      aria-activedescendant=${active < 0 ? nothing : `item-${active}`}
      @keydown=${this.pressed}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${this.groups.map(
        (group, index) =>
          html`${index > 0 ? html`<div class="separator" role="separator"></div>` : nothing}${group.map((entry) =>
            this.renderEntry(entry),
          )}`,
      )}
    </div>`;
  }

  private renderEntry(entry: MenuEntry): TemplateResult {
    const index = this.entries.indexOf(entry);
    const focused = entry.id === this.focusedId;
    const sign = entry.checked ? 'check' : entry.icon;
    return html`<div
        id="item-${index}"
        class=${classMap({ item: true, focused })}
        role=${entry.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
        aria-checked=${entry.checked === undefined ? nothing : entry.checked}
        aria-disabled=${entry.disabledReason ? 'true' : nothing}
        aria-description=${entry.disabledReason ?? nothing}
        aria-haspopup=${entry.submenu ? 'menu' : nothing}
        aria-expanded=${entry.submenu ? String(focused && this.child !== undefined) : nothing}
        title=${entry.disabledReason ?? nothing}
        @mousemove=${() => this.pointed(entry)}
        @click=${() => this.choose(entry)}
      >
        ${sign ? icon(sign) : html`<span class="codicon"></span>`}
        <span class="label">${entry.label}</span>
        ${entry.keys ? html`<span class="keys">${entry.keys}</span>` : nothing}
        ${entry.submenu ? icon('chevron-right') : nothing}
      </div>
      ${focused && entry.disabledReason ? html`<div class="reason" aria-hidden="true">${entry.disabledReason}</div>` : nothing}`;
  }

  private pointed(entry: MenuEntry): void {
    if (this.focusedId === entry.id) return;
    this.focusedId = entry.id;
    this.closeChild();
    // Once it is drawn as focused: the submenu opens beside it.
    if (entry.submenu) void this.updateComplete.then(() => this.focusedId === entry.id && this.openChild(entry));
  }

  private choose(entry: MenuEntry): void {
    if (entry.disabledReason) return;
    if (entry.submenu) this.openChild(entry);
    else this.close(entry.id);
  }

  private pressed(event: KeyboardEvent): void {
    const entries = this.entries;
    const at = entries.findIndex(({ id }) => id === this.focusedId);
    const entry = entries[at];
    const go = (index: number): void => {
      this.focusedId = entries[(index + entries.length) % entries.length]?.id;
    };
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(-1);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (entry) this.choose(entry);
    } else if (event.key === 'ArrowRight' && entry?.submenu) this.openChild(entry);
    else if (event.key === 'ArrowLeft' || event.key === 'Escape' || event.key === 'Tab') this.close(undefined);
    else if (event.key.length === 1) {
      const letter = event.key.toLocaleLowerCase();
      const order = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
      this.focusedId = order.find(({ label }) => label.toLocaleLowerCase().startsWith(letter))?.id ?? this.focusedId;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private openChild(entry: MenuEntry): void {
    if (!entry.submenu || entry.disabledReason || this.child) return;
    const box = this.renderRoot.querySelector('.item.focused')?.getBoundingClientRect();
    const child = document.createElement('lk-menu');
    child.groups = entry.submenu;
    child.label = entry.label;
    child.place = { x: (box?.right ?? this.place.x) - 4, y: (box?.top ?? this.place.y) - 4 };
    child.addEventListener('menu-closed', (event) => {
      event.stopPropagation();
      const { detail } = event as CustomEvent<string | null>;
      this.closeChild();
      if (detail === null) this.renderRoot.querySelector<HTMLElement>('.menu')?.focus();
      else this.close(detail);
    });
    this.child = child;
    document.body.append(child);
    this.requestUpdate();
  }

  private closeChild(): void {
    this.child?.remove();
    this.child = undefined;
  }

  private close(chosen: string | undefined): void {
    this.closeChild();
    this.dispatchEvent(new CustomEvent('menu-closed', { detail: chosen }));
    this.remove();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-menu': Menu;
  }
}
