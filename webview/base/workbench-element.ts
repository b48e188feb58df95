import { LitElement, type CSSResultGroup } from 'lit';
import type { Subscription } from 'rxjs';
import type { MessageArguments } from '#core/base/l10n/localizer.ts';
import { localizer$, t } from './l10n.ts';
import { baseStyles } from './styles.ts';

/** An element of the workbench: has the common styles, and draws itself anew when the language is switched. */
export class WorkbenchElement extends LitElement {
  static override styles: CSSResultGroup = [baseStyles];

  private language: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.language = localizer$.subscribe(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.language?.unsubscribe();
  }

  /** The text of a key of `webview/l10n`. */
  protected t(key: string, args?: MessageArguments): string {
    return t(key, args);
  }

  /** Lets the element's owners know of something. Crosses shadow roots. */
  protected emit<T>(type: string, detail?: T): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }
}
