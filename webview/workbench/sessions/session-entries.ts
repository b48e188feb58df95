import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { debounceTime, filter, type Subscription } from 'rxjs';
import type { Session } from '#protocol/sessions.ts';
import { SessionNames } from '#core/workbench/sessions/session-names.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { sessionEditor } from '#core/workbench/sessions/session-editor.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { Loader } from '../pages/loader.ts';
import { emptyState } from '../pages/page-states.ts';
import { controlStyles, pageStyles } from '../pages/page-styles.ts';
import { Clock, timeAgo } from '../pages/times.ts';
import { endText, everybody, lengthText, usedText } from './session-texts.ts';

/** The sessions on a device: those that go on, and the entries of those that are over. */
@customElement('lk-session-entries')
export class SessionEntries extends WorkbenchElement {
  static override styles = [
    baseStyles,
    pageStyles,
    controlStyles,
    css`
      :host {
        height: auto;
        padding-top: 10px;
      }
    `,
  ];

  @property() device = '';
  private readonly sessions = inject(SessionService);
  private readonly entries = new Loader(this, async () => {
    const ended = await this.sessions.history({ device: this.device, limit: 200 });
    const live = this.sessions.sessions.filter(({ device }) => device === this.device);
    return [...live, ...ended];
  });
  private changes: Subscription | undefined;

  constructor() {
    super();
    new Clock(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.changes = this.sessions.changed$
      .pipe(
        filter(({ device }) => device === this.device),
        debounceTime(300),
      )
      .subscribe(() => void this.entries.reload());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.changes?.unsubscribe();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('device') && this.hasUpdated) void this.entries.reload(true);
  }

  override render(): TemplateResult {
    return this.entries.render((sessions) =>
      sessions.length === 0 ? emptyState('remote', this.t('sessions.entries.none')) : this.renderTable(sessions),
    );
  }

  private renderTable(sessions: readonly Session[]): TemplateResult {
    const columns = ['when', 'who', 'length', 'used', 'end'].map((key) => this.t(`sessions.entries.${key}`));
    return html`<table class="stack">
      <thead>
        <tr>
          ${columns.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${sessions.map((session) => {
          const open = (): void => {
            inject(EditorService).open(sessionEditor(session, inject(SessionNames)));
          };
          return html`<tr>
            <td data-label=${columns[0] ?? nothing}>
              <button class="link" @click=${open}>${timeAgo(session.startedAt ?? session.createdAt)}</button>
            </td>
            <td data-label=${columns[1] ?? nothing}>${everybody(session)}</td>
            <td data-label=${columns[2] ?? nothing}>${lengthText(session)}</td>
            <td data-label=${columns[3] ?? nothing}>${usedText(session)}</td>
            <td data-label=${columns[4] ?? nothing}>
              ${session.state === 'ended' ? endText(session) : this.t(`sessions.state.${session.state}`)}
            </td>
          </tr>`;
        })}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-session-entries': SessionEntries;
  }
}
