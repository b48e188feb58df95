import { type CSSResultGroup } from 'lit';
import { property } from 'lit/decorators.js';
import type { EditorInput } from '#core/workbench/editors/editor-service.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { baseStyles } from '#webview/base/styles.ts';
import type { EditorElement } from '../editors/editor-registry.ts';
import { controlStyles, pageStyles } from './page-styles.ts';

/** A page of the editor area or a tab of the panel. */
export abstract class PageElement<I = unknown> extends WorkbenchElement implements EditorElement {
  static override styles: CSSResultGroup = [baseStyles, pageStyles, controlStyles];

  @property({ attribute: false }) input: EditorInput | undefined;

  /** What the page is to show: the data of its editor. */
  protected get data(): I | undefined {
    return this.input?.data as I | undefined;
  }
}
