import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { Subscription } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ProfileDocument } from '#protocol/profile.ts';
import { takeFocus } from '#webview/base/focus.ts';
import { observe } from '#webview/base/observe.ts';
import { icon } from '#webview/base/styles.ts';
import { markDirty } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import './monaco/json-editor.ts';
import type { JsonEditor } from './monaco/json-editor.ts';
import {
  documentChanges$,
  documentSchema$,
  readDocument,
  writeDocument,
  type StoredDocument,
} from './profile-source.ts';

interface Draft {
  readonly text: string;
  /** The version that it was begun from. */
  readonly version: number;
}

/** What was typed and not saved yet outlives the tab being hidden. */
const drafts = new Map<ProfileDocument, Draft>();

const template: Record<ProfileDocument, string> = { settings: '{\n  \n}\n', keybindings: '[\n  \n]\n' };

/** A profile document as JSON. Data: `{ document, reveal }`; `reveal` is a key to show. */
@customElement('lk-profile-json-page')
export class ProfileJsonPage extends PageElement<{ readonly document: ProfileDocument; readonly reveal?: string }> {
  static override styles = [
    PageElement.styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        overflow: hidden;
      }
      .banner {
        margin: 8px 12px;
      }
      lk-json-editor,
      .fill {
        flex: 1;
        min-height: 0;
      }
    `,
  ];

  @state() private stored: StoredDocument | undefined;
  /** Written elsewhere while this one was being changed. */
  @state() private newer: StoredDocument | undefined;
  @state() private saving = false;
  @state() private error: unknown;
  @state() private text = '';
  @query('lk-json-editor') private editor!: JsonEditor | null;
  private dirty = false;
  /** The version that what stands in the editor was begun from: no other one is written over unasked. */
  private base = 0;
  private changes: Subscription | undefined;
  private readonly schema = observe(
    this,
    documentSchema$(() => this.document),
  );
  private readonly loader = new Loader(this, async () => {
    const stored = await readDocument(this.document);
    const draft = drafts.get(this.document);
    const differs = draft !== undefined && draft.text !== stored.text;
    this.show(stored, differs ? draft : undefined);
    if (differs && draft.version !== stored.version) this.newer = stored;
    return true;
  });

  private get document(): ProfileDocument {
    return this.data?.document ?? 'settings';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.changes = documentChanges$().subscribe((changed) => this.onChanged(changed));
    window.addEventListener('beforeunload', this.onLeave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.changes?.unsubscribe();
    window.removeEventListener('beforeunload', this.onLeave);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('input') && this.data?.reveal !== undefined) this.editor?.reveal(this.data.reveal);
  }

  override render() {
    return html`${this.newer ? this.conflict(this.newer) : nothing} ${errorBanner(this.error)}
      <div class="fill">${this.loader.render(() => this.content())}</div>`;
  }

  private content(): TemplateResult {
    return html`<lk-json-editor
      name="${this.document}.json"
      .text=${this.text}
      .label=${this.t(`settings.json.${this.document}`)}
      .schema=${this.schema.value}
      @text-change=${(event: CustomEvent<string>) => this.onText(event.detail)}
      @save=${() => void this.save()}
      @editor-ready=${this.onReady}
    ></lk-json-editor>`;
  }

  private conflict(newer: StoredDocument): TemplateResult {
    return html`<div class="banner warning" role="alert">
      ${icon('warning')}<span class="grow">${this.t('settings.json.conflict')}</span>
      <button @click=${() => this.show(newer)}>${this.t('settings.json.takeTheirs')}</button>
      <button class="primary" @click=${() => void this.save(newer.version)}>${this.t('settings.json.keepMine')}</button>
    </div>`;
  }

  private readonly onReady = (): void => {
    takeFocus(this.editor);
    if (this.data?.reveal !== undefined) this.editor?.reveal(this.data.reveal);
  };

  private readonly onLeave = (event: BeforeUnloadEvent): void => {
    if (this.dirty) event.preventDefault();
  };

  private show(stored: StoredDocument, draft?: Draft): void {
    this.stored = stored;
    this.base = draft?.version ?? stored.version;
    this.newer = this.error = undefined;
    this.text = draft?.text ?? (stored.text.trim() === '' ? template[this.document] : stored.text);
    this.setDirty(draft !== undefined);
    if (draft === undefined) drafts.delete(this.document);
  }

  private onText(text: string): void {
    this.text = text;
    const stored = this.stored?.text ?? '';
    const dirty = text !== stored && !(stored.trim() === '' && text === template[this.document]);
    this.setDirty(dirty);
    if (dirty) drafts.set(this.document, { text, version: this.base });
    else drafts.delete(this.document);
  }

  private onChanged(changed: StoredDocument & { readonly document: ProfileDocument }): void {
    // What stood there when the page was opened is for the loader.
    if (changed.document !== this.document || !this.stored || this.saving) return;
    if (changed.version === this.stored.version) return;
    if (this.dirty && changed.text !== this.text) this.newer = changed;
    else this.show(changed);
  }

  private async save(version = this.base): Promise<void> {
    if (this.saving || (!this.dirty && this.newer === undefined)) return;
    this.saving = true;
    this.error = undefined;
    const text = this.text;
    try {
      const stored = await writeDocument(this.document, text, version);
      this.stored = stored;
      this.base = stored.version;
      this.newer = undefined;
      this.onText(this.text); // typed on while it was saved: still dirty
    } catch (error) {
      if (error instanceof LatchkeyError && error.code === 'profile.conflict') {
        this.newer = await readDocument(this.document).catch(() => undefined);
        if (!this.newer) this.error = error;
      } else this.error = error;
    } finally {
      this.saving = false;
    }
  }

  private setDirty(dirty: boolean): void {
    this.dirty = dirty;
    if (this.input) markDirty(this.input, dirty);
  }
}
