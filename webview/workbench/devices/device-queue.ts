import { css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { merge, type Subscription } from 'rxjs';
import { deviceActionRequests, type QueuedAction } from '#protocol/device-actions.ts';
import { DeviceActionService } from '#core/workbench/device-actions/device-action-service.ts';
import { formatDateTime } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { reconnected$, request } from '../pages/hub.ts';
import { controlStyles, pageStyles } from '../pages/page-styles.ts';

/** What waits for a device to come online, and the way to cancel it; nothing where nothing does. */
@customElement('lk-device-queue')
export class DeviceQueue extends WorkbenchElement {
  static override styles = [
    baseStyles,
    pageStyles,
    controlStyles,
    css`
      :host {
        display: block;
        height: auto;
        overflow: visible;
      }
    `,
  ];

  @property() device = '';
  @state() private waiting: readonly QueuedAction[] = [];
  private subscription: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const changes$ = merge(inject(DeviceActionService).changes$, reconnected$());
    this.subscription = changes$.subscribe(() => void this.load());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('device')) return;
    this.waiting = [];
    void this.load();
  }

  override render() {
    return this.waiting.map(({ job, kind, technician, expiresAt, cancellable }) => {
      const texts = { name: technician.name, until: formatDateTime(expiresAt) };
      const reason = cancellable ? undefined : this.t('devicePage.queue.notYours', texts);
      return html`<div class="banner" role="status">
        ${icon('watch')}
        <span class="grow">${this.t(`devicePage.queue.${kind}`, texts)}</span>
        <button
          aria-disabled=${reason !== undefined}
          title=${reason ?? nothing}
          @click=${() => reason === undefined && void this.cancel(job)}
        >
          ${this.t('devicePage.queue.cancel')}
        </button>
      </div>`;
    });
  }

  private async cancel(job: string): Promise<void> {
    // Where it fails, it is still there to be seen.
    await inject(DeviceActionService)
      .cancel(job, [this.device])
      .catch(() => {});
    await this.load();
  }

  private async load(): Promise<void> {
    const { device } = this;
    if (!device) return;
    // While the hub is away, what was known is shown on.
    const found = await request(deviceActionRequests.queued, { device, limit: 20 }).catch(() => undefined);
    if (found && device === this.device) this.waiting = found.actions;
  }
}
