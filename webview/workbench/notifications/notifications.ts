import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { NotificationService, type ShownNotification } from '#core/workbench/notifications/notification-service.ts';
import { QuickInputService } from '#core/workbench/quick-input/quick-input-service.ts';
import { deepActiveElement } from '#webview/base/focus.ts';
import { observe } from '#webview/base/observe.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import './notification.ts';

/** Milliseconds that a toast with nothing to choose stays; what was said stays in the list. */
const toastTime = 8000;
const mostToasts = 3;

/** The toasts at the lower right, and, while `open`, the list of all notifications. */
@customElement('lk-notifications')
export class Notifications extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: fixed;
        right: 8px;
        bottom: 30px;
        z-index: 40;
        width: min(450px, calc(100vw - 16px));
        pointer-events: none;
      }
      .toast,
      .center {
        pointer-events: auto;
        border: 1px solid var(--vscode-notificationToast-border);
        border-radius: 5px;
        overflow: hidden;
        box-shadow: 0 0 8px 2px var(--vscode-widget-shadow);
      }
      .toast {
        margin-top: 8px;
      }
      .center {
        display: flex;
        flex-direction: column;
        max-height: min(60vh, 520px);
        background: var(--vscode-notifications-background);
      }
      header {
        display: flex;
        align-items: center;
        gap: 2px;
        padding: 0 4px 0 10px;
        min-height: 32px;
        background: var(--vscode-notificationCenterHeader-background);
        color: var(--vscode-notificationCenterHeader-foreground);
        border-bottom: 1px solid var(--vscode-notifications-border);
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 11px;
        font-weight: 400;
        text-transform: uppercase;
      }
      .list {
        overflow: auto;
      }
      .list lk-notification + lk-notification {
        border-top: 1px solid var(--vscode-notifications-border);
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  private readonly service = inject(NotificationService);
  private readonly all = observe(this, this.service.notifications$, []);
  private readonly asking = observe(this, inject(QuickInputService).current$);
  private focusedBefore: Element | null = null;
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('open') && this.open) this.renderRoot.querySelector<HTMLElement>('.center .icon-button')?.focus();
    else if (changed.has('open') && changed.get('open') === true) this.giveBack();
    for (const { id, actions, progress, hidden } of this.all.value) {
      if (hidden || progress || actions.length > 0 || this.timers.has(id)) continue;
      this.timers.set(
        id,
        setTimeout(() => this.expire(id), toastTime),
      );
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('open') && this.open) this.focusedBefore = deepActiveElement();
  }

  /** Whoever looked into the list goes on where they were; who has gone on already is left there. */
  private giveBack(): void {
    const { focusedBefore: before } = this;
    if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected) before.focus();
  }

  override render(): TemplateResult {
    // A command that is asking something is not what the person waits for.
    const asking = this.asking.value !== undefined;
    const shown = this.all.value.filter(({ hidden, progress }) => !hidden && !(asking && progress));
    const toasts = this.open ? [] : shown.slice(0, mostToasts);
    return html`<div role="log" aria-live="polite" aria-label=${this.t('notifications.title')}>
        ${repeat(
          toasts.toReversed(),
          ({ id }) => id,
          (notification) =>
            html`<div class="toast" role=${notification.severity === 'error' ? 'alert' : nothing}>
              <lk-notification toast .notification=${notification}></lk-notification>
            </div>`,
        )}
      </div>
      ${this.open ? this.renderCenter(this.all.value) : nothing}`;
  }

  private renderCenter(all: readonly ShownNotification[]): TemplateResult {
    const close = (): boolean => this.emit('notifications-close');
    return html`<section
      class="center"
      aria-label=${this.t('notifications.title')}
      @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && close()}
    >
      <header>
        <h2>${this.t(all.length > 0 ? 'notifications.title' : 'notifications.none')}</h2>
        ${this.button('clear-all', this.t('notifications.clear'), () => this.service.clear())}
        ${this.button('chevron-down', this.t('notifications.hide'), close)}
      </header>
      <div class="list">
        ${repeat(
          all,
          ({ id }) => id,
          (notification) => html`<lk-notification .notification=${notification}></lk-notification>`,
        )}
      </div>
    </section>`;
  }

  private button(name: string, label: string, run: () => void): TemplateResult {
    return html`<button class="icon-button" title=${label} aria-label=${label} @click=${run}>${icon(name)}</button>`;
  }

  /** Not while somebody reads it or is about to press something in it. */
  private expire(id: number): void {
    this.timers.delete(id);
    if (this.matches(':hover') || this.matches(':focus-within')) {
      this.timers.set(
        id,
        setTimeout(() => this.expire(id), 2000),
      );
    } else {
      this.service.hide(id);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-notifications': Notifications;
  }
}
