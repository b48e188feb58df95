import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { filter, take, type Subscription } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { whenDrawn } from '#webview/base/after-frame.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import type { EditorElement, EditorKind } from './editor-registry.ts';
import { css } from 'lit';

/** Holds the element of one editor or panel tab, and loads what defines it when it is first shown. */
@customElement('lk-element-host')
export class ElementHost extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        display: block;
        height: 100%;
        overflow: auto;
      }
      .failed {
        padding: 24px;
      }
    `,
  ];

  @property({ attribute: false }) kind: EditorKind | undefined;
  @property({ attribute: false }) input: unknown;
  /** It is in front. One that was never there costs nothing: of ten tabs that are opened again, one is loaded. */
  @property({ attribute: false }) shown = true;
  /** Why its code did not come: the hub is away, or it has other code by now. */
  @state() private failed: 'away' | 'outdated' | undefined;
  private element: EditorElement | undefined;
  private loading: EditorKind | undefined;
  private back: Subscription | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.back?.unsubscribe();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.shown && this.loading !== this.kind) void this.loadElement();
    if (this.element && changed.has('input')) this.element.input = this.input;
  }

  private async loadElement(): Promise<void> {
    const { kind } = this;
    this.element = undefined;
    this.failed = undefined;
    this.loading = kind;
    if (!kind) return;
    try {
      await whenDrawn();
      await kind.load();
      if (this.loading !== kind) return;
      this.element = document.createElement(kind.tag) as EditorElement;
      this.element.input = this.input;
    } catch {
      if (this.loading === kind) this.fail();
    }
    this.requestUpdate();
  }

  private fail(): void {
    const { currentStatus, status$ } = inject(HubConnection);
    const isOnline = ({ state }: { readonly state: string }): boolean => state === 'online';
    this.failed = isOnline(currentStatus) ? 'outdated' : 'away';
    this.back?.unsubscribe();
    if (this.failed === 'away') this.back = status$.pipe(filter(isOnline), take(1)).subscribe(() => this.loadElement());
  }

  override focus(): void {
    if (this.element?.matches('[tabindex]') || this.element?.shadowRoot?.delegatesFocus) this.element.focus();
    else if (this.element) {
      this.element.tabIndex = -1;
      this.element.focus();
    }
  }

  override render(): TemplateResult {
    if (this.failed !== undefined) {
      return html`<div class="failed" role="alert">
        <p>${this.t(`editor.${this.failed}`)}</p>
        <button class="button" @click=${() => (this.failed === 'away' ? this.loadElement() : location.reload())}>
          ${this.t(this.failed === 'away' ? 'editor.retry' : 'editor.reload')}
        </button>
      </div>`;
    }
    return html`${this.element ?? nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-element-host': ElementHost;
  }
}
