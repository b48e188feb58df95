import { LitElement } from 'lit';
import type { Subscription } from 'rxjs';
import type { MessageArguments } from '#core/base/l10n/localizer.ts';
import { localizer$, t } from './texts.ts';

/**
 * An element of a page for customers: draws itself anew when the language is switched. It has no shadow root, so that the
 * page's one style sheet, its labels and its headings reach everywhere.
 */
export class CustomerElement extends LitElement {
  private language: Subscription | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.language = localizer$.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.language?.unsubscribe();
  }

  protected t(key: string, args?: MessageArguments): string {
    return t(key, args);
  }
}
