import { css, html, LitElement, svg, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { encode } from 'uqr';

/** Modules of white that a reader needs around the code (ISO/IEC 18004). */
const quietZone = 4;

/** A path that covers the dark modules: one rectangle for each run of a row. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  let path = '';
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      path += `M${start} ${y}h${x + 1 - start}v1h${start - x - 1}z`;
    }
  });
  return path;
}

/**
 * A text as a QR code, drawn as SVG: dark on white in every theme, because many readers take nothing else. As wide as its
 * place allows, 12 rem where nothing says otherwise. `label` tells a screen reader what it is.
 *
 * A text that no QR code can hold (2,331 bytes) draws nothing, and the element has the attribute `too-long`.
 */
@customElement('lk-qr-code')
export class QrCode extends LitElement {
  static override styles = css`
    :host {
      display: inline-block;
      width: 12rem;
      max-width: 100%;
      aspect-ratio: 1;
      background: #fff;
      border-radius: 4px;
      forced-color-adjust: none;
    }
    :host([hidden]),
    :host([too-long]) {
      display: none;
    }
    svg {
      display: block;
      width: 100%;
      height: 100%;
    }
  `;

  @property() text = '';
  @property() label = '';
  @property({ type: Boolean, attribute: 'too-long', reflect: true }) tooLong = false;
  @state() private drawn: { size: number; path: string } | undefined;

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('text')) return;
    try {
      const { size, data } = encode(this.text, { ecc: 'M', border: quietZone });
      this.drawn = { size, path: pathOf(data) };
      this.tooLong = false;
    } catch {
      this.drawn = undefined;
      this.tooLong = true;
    }
  }

  override render() {
    if (!this.drawn) return html``;
    const { size, path } = this.drawn;
    return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      ${svg`<path fill="#000" d=${path} />`}
    </svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-qr-code': QrCode;
  }
}
