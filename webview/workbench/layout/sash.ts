import { css, html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';

const keyStep = 20;

/** The line between two parts, to be dragged or moved by arrow keys. Fires `sash` with the size wanted, in CSS pixels. */
@customElement('lk-sash')
export class Sash extends WorkbenchElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        position: absolute;
        z-index: 20;
      }
      :host([orientation='vertical']) {
        top: 0;
        bottom: 0;
        width: 4px;
        cursor: col-resize;
      }
      :host([orientation='horizontal']) {
        left: 0;
        right: 0;
        height: 4px;
        cursor: row-resize;
      }
      div {
        width: 100%;
        height: 100%;
        touch-action: none;
        outline: none;
        transition: background 0.1s 0.3s;
      }
      div:hover,
      div:focus-visible,
      div.dragged {
        background: var(--vscode-sash-hoverBorder);
      }
    `,
  ];

  /** `vertical`: a line from top to bottom that moves sideways. */
  @property({ reflect: true }) orientation: 'vertical' | 'horizontal' = 'vertical';
  @property() label = '';
  @property({ type: Number }) size = 0;
  @property({ type: Number }) minimum = 0;
  @property({ type: Number }) maximum = 2000;
  /** The part grows as the line moves up. */
  @property({ type: Boolean }) inverted = false;
  /** Size that a double click brings back. */
  @property({ type: Number }) standard = 300;
  @state() private dragging: { at: number; size: number } | undefined;

  override render(): TemplateResult {
    return html`<div
      class=${this.dragging ? 'dragged' : ''}
      role="separator"
      tabindex="0"
      aria-label=${this.label}
      aria-orientation=${this.orientation}
      aria-valuenow=${Math.round(this.size)}
      aria-valuemin=${this.minimum}
      aria-valuemax=${this.maximum}
      @pointerdown=${this.began}
      @pointermove=${this.moved}
      @pointerup=${this.ended}
      @pointercancel=${this.ended}
      @dblclick=${() => this.resize(this.standard)}
      @keydown=${this.pressed}
    ></div>`;
  }

  private positionOf = (event: PointerEvent): number =>
    (this.orientation === 'vertical' ? event.clientX : event.clientY) * (this.inverted ? -1 : 1);

  private began(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.target as Element).setPointerCapture(event.pointerId);
    this.dragging = { at: this.positionOf(event), size: this.size };
  }

  private moved(event: PointerEvent): void {
    if (this.dragging) this.resize(this.dragging.size + this.positionOf(event) - this.dragging.at);
  }

  private ended(): void {
    this.dragging = undefined;
  }

  private pressed(event: KeyboardEvent): void {
    const [less, more] = this.orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const sign = this.inverted ? -1 : 1;
    if (event.key === less) this.resize(this.size - keyStep * sign);
    else if (event.key === more) this.resize(this.size + keyStep * sign);
    else if (event.key === 'Home') this.resize(this.minimum);
    else if (event.key === 'End') this.resize(this.maximum);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private resize(size: number): void {
    this.emit('sash', Math.min(this.maximum, Math.max(this.minimum, size)));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-sash': Sash;
  }
}
