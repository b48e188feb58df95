import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { merge } from 'rxjs';
import type { Session } from '#protocol/sessions.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { MenuService, type ResolvedMenuItem } from '#core/workbench/menus/menu-service.ts';
import { SessionContext } from '#core/workbench/sessions/session-context.ts';
import { SetUpService } from '#core/workbench/set-ups/set-up-service.ts';
import { moveFocus } from '#webview/base/focus.ts';
import { ObserveController } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { chooseItem, resolvedMenu } from '../menus/resolved-menu.ts';
import { below, showMenu } from '../menus/show-menu.ts';
import { controlStyles } from '../pages/page-styles.ts';

/** What can be done in a session: the menu `session/title`, as buttons with words where there is room. */
@customElement('lk-session-toolbar')
export class SessionToolbar extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 6px;
      }
      button {
        white-space: nowrap;
      }
      button .more {
        margin-inline-end: -4px;
      }
      @container (max-width: 720px) {
        .text {
          display: none;
        }
        .bar {
          justify-content: flex-start;
        }
        button {
          padding: 3px 7px;
        }
      }
    `,
  ];

  @property({ attribute: false }) session: Session | undefined;
  private readonly menus = inject(MenuService);

  constructor() {
    super();
    const changes = merge(this.menus.changes$, inject(ContextKeyService).changes$, inject(SetUpService).changed$);
    new ObserveController<unknown>(this, changes, undefined);
  }

  private get items(): readonly ResolvedMenuItem[] {
    const { session } = this;
    return session ? this.menus.items('session/title', inject(SessionContext).of(session)) : [];
  }

  override render(): TemplateResult | typeof nothing {
    const { session } = this;
    if (!session) return nothing;
    const items = this.items;
    const shown = items.filter(({ group }) => group.startsWith('navigation'));
    const rest = items.filter((item) => !shown.includes(item));
    return html`<div class="bar" role="toolbar" aria-label=${this.t('sessions.actions')} @keydown=${this.pressed}>
      ${shown.map((item, index) => this.renderItem(item, index))}
      ${
        rest.length > 0
          ? html`<button
              class="icon"
              tabindex="-1"
              title=${this.t('view.more')}
              aria-label=${this.t('view.more')}
              aria-haspopup="menu"
              @click=${async ({ currentTarget }: Event) =>
                this.run(await showMenu(resolvedMenu(rest), below(currentTarget as Element)))}
            >
              ${icon('ellipsis')}
            </button>`
          : nothing
      }
    </div>`;
  }

  private renderItem(item: ResolvedMenuItem, index: number): TemplateResult {
    const { title, reason, submenu } = item;
    return html`<button
      tabindex=${index === 0 ? 0 : -1}
      title=${reason ? `${title} – ${reason}` : title}
      aria-label=${title}
      aria-disabled=${reason ? 'true' : nothing}
      aria-description=${reason ?? nothing}
      aria-haspopup=${submenu ? 'menu' : nothing}
      @click=${async ({ currentTarget }: Event) => this.run(await chooseItem(item, currentTarget as Element, () => this.items))}
    >
      ${item.icon ? icon(item.icon) : nothing}<span class=${item.icon ? 'text' : ''}>${title}</span>${
        submenu ? icon('chevron-down', 'more') : nothing
      }
    </button>`;
  }

  private async run(command: string | undefined): Promise<void> {
    const { session } = this;
    if (!command || !session) return;
    const device = session.device === null ? {} : { device: session.device, devices: [session.device] };
    await inject(CommandService).runAndReport(command, undefined, {
      source: 'menu',
      scope: inject(SessionContext).of(session),
      context: { session: session.id, sessions: [session.id], ...device },
    });
    this.emit('session-command', command);
  }

  /** One tab stop for all of them. */
  private pressed(event: KeyboardEvent): void {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('button')];
    const moved = moveFocus(event, buttons, { orientation: 'horizontal' });
    if (moved) for (const button of buttons) button.tabIndex = button === moved ? 0 : -1;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-toolbar': SessionToolbar;
  }
}
