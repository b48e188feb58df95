import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { combineLatest, filter, merge, skip, type Subscription } from 'rxjs';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { DeviceMatchService } from '#core/workbench/device-matches/device-match-service.ts';
import { editorKey, EditorService } from '#core/workbench/editors/editor-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import type { DeviceComparison, MatchSide } from '#protocol/device-matches.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { device$, groupNameOf, openDevice, permissionReason, reconnected$, rightsChanges$ } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import './compared-sides.ts';
import { comparedLines } from './match-texts.ts';

/** Which two. */
export interface MergePageData {
  readonly devices: readonly [string, string];
}

/** Two devices next to each other, of which a technician may know that they are one computer. */
@customElement('lk-device-merge-page')
export class DeviceMergePage extends PageElement<MergePageData> {
  static override styles = [
    PageElement.styles,
    css`
      fieldset {
        margin: 20px 0 12px;
        padding: 0;
        border: none;
      }
      legend {
        margin-bottom: 6px;
        padding: 0;
        font-weight: 600;
      }
      .check {
        margin-bottom: 4px;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @state() private kept: string | undefined;
  private readonly loader = new Loader(this, async () => {
    const [one, other] = this.data?.devices ?? ['', ''];
    return inject(DeviceMatchService).compare(one, other);
  });
  private subscription: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const [one, other] = this.data?.devices ?? ['', ''];
    // Gone, because they were merged for example: the last that was known stays.
    const changes = combineLatest([device$(one), device$(other)]).pipe(
      skip(1),
      filter((views) => views.every((view) => view !== null)),
    );
    this.subscription = merge(changes, reconnected$(), rightsChanges$()).subscribe(() => void this.loader.reload());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  override render(): TemplateResult {
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('deviceMerge.title')}</h1></div>
      <p class="muted">${this.t('deviceMerge.intro')}</p>
      ${this.loader.render((comparison) => this.content(comparison))}
    </div>`;
  }

  private content(comparison: DeviceComparison): TemplateResult {
    const { devices, agrees, differs, holder } = comparison;
    const [older, newer] = devices;
    const kept = devices.find(({ device }) => device === this.kept) ?? older;
    const gone = kept === older ? newer : older;
    const names = {
      kept: kept.name,
      gone: gone.name,
      holder: devices.find(({ device }) => device === holder)?.name ?? '',
    };
    const boardDiffers = differs.some((mark) => mark !== 'mac');
    const reason = this.reasonAgainst(devices);
    return html`<lk-compared-sides
        .sides=${[
          { side: older, what: this.t('deviceMerge.older') },
          { side: newer, what: this.t('deviceMerge.newer') },
        ]}
        .lines=${comparedLines({ known: older, other: newer, agrees, differs })}
      ></lk-compared-sides>
      <fieldset>
        <legend>${this.t('deviceMerge.which')}</legend>
        ${devices.map((side) => this.choice(side, side === kept, side === older))}
      </fieldset>
      <p>${this.t('deviceMerge.after', names)}</p>
      ${boardDiffers ? this.banner(this.t('deviceMerge.differs')) : nothing}
      ${reason === undefined ? nothing : this.banner(reason)}
      <div class="row">
        <button class="primary" ?disabled=${reason !== undefined} @click=${() => this.merge(kept, gone)}>
          ${this.t('deviceMerge.go')}
        </button>
      </div>`;
  }

  private banner(text: string): TemplateResult {
    return html`<div class="banner warning">${icon('warning')}<span class="grow">${text}</span></div>`;
  }

  private choice({ device, name, group }: MatchSide, checked: boolean, older: boolean): TemplateResult {
    const text = this.t(older ? 'deviceMerge.keepOneOlder' : 'deviceMerge.keepOne', {
      name,
      group: group === null ? '' : (groupNameOf(group) ?? group),
    });
    return html`<label class="check">
      <input type="radio" name="kept" .checked=${checked} @change=${() => (this.kept = device ?? undefined)} />
      <span>${text}</span>
    </label>`;
  }

  private reasonAgainst(devices: readonly MatchSide[]): string | undefined {
    if (devices.every(({ online }) => online)) return this.t('deviceMerge.bothOnline');
    return permissionReason('enrolment.approve') ?? permissionReason('device.delete');
  }

  private async merge({ device, name }: MatchSide, gone: MatchSide): Promise<void> {
    const keep = device ?? '';
    const args = { devices: [keep, gone.device], keep };
    const merged = await inject(CommandService).runAndReport('device.merge', args, { source: 'menu' });
    if (!merged) return;
    inject(NotificationService).info(this.t('deviceMerge.done', { kept: name, gone: gone.name }));
    if (this.input) inject(EditorService).close(editorKey(this.input));
    openDevice(keep);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-device-merge-page': DeviceMergePage;
  }
}
