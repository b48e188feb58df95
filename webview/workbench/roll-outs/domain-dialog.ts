import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { DomainAccess, DomainQuestion } from '#core/workbench/roll-outs/domain-question.ts';
import type { ProgressReport } from '#protocol/messages.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { RollOutChange, RollOutChangeList } from '#protocol/roll-outs.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { textField } from '../pages/form-dialog.ts';
import { errorBanner } from '../pages/page-states.ts';
import { controlStyles } from '../pages/page-styles.ts';

type Stage = 'credentials' | 'preview' | 'done';

/** Computers that are named one by one. */
const mostNamed = 20;

/**
 * Asks for credentials of a domain, shows what would be changed there, and has it done. Fires `answered` with the changes that
 * were made, or with nothing. The password lives in this dialog, until it closes.
 */
@customElement('lk-domain-dialog')
export class DomainDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    css`
      dialog {
        width: min(680px, calc(100vw - 32px));
      }
      .changes {
        max-height: 46vh;
        overflow: auto;
      }
      td {
        font-size: 12px;
      }
      td:first-child {
        white-space: nowrap;
      }
      ins,
      del {
        display: block;
        text-decoration: none;
      }
      del {
        color: var(--vscode-descriptionForeground);
      }
      .working {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 24px;
      }
      .spin {
        animation: spin 1.5s steps(30) infinite;
      }
      @keyframes spin {
        to {
          transform: rotate(1turn);
        }
      }
    `,
  ];

  @property({ attribute: false }) question: DomainQuestion | undefined;
  @state() private stage: Stage = 'credentials';
  @state() private working: string | undefined;
  @state() private error: unknown;
  @state() private changes: readonly RollOutChange[] = [];
  @state() private found: RollOutChangeList | undefined;
  @state() private missing: ReadonlySet<string> = new Set();
  /** The fingerprint of a certificate that the person is asked about. */
  @state() private untrusted: string | undefined;
  private certificate: string | undefined;
  private access: DomainAccess | undefined;
  private made: RollOutChange[] | undefined;

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override render() {
    const { question } = this;
    if (!question) return nothing;
    return html`<dialog aria-labelledby="title" @close=${this.finish} @cancel=${this.keepOpen}>
      <form novalidate @submit=${this.submit}>
        <h2 id="title">${this.t(`domain.${question.action}.title`, { name: question.name })}</h2>
        ${errorBanner(this.error)} ${this.content(question)}
        <div class="working" role="status">
          ${this.working === undefined ? nothing : html`${icon('loading', 'spin')}<span>${this.working}</span>`}
        </div>
        <div class="buttons">${this.buttons(question)}</div>
      </form>
    </dialog>`;
  }

  private content(question: DomainQuestion): TemplateResult {
    if (this.stage === 'credentials') return this.credentials(question);
    const heading = this.stage === 'done' ? 'done' : 'preview';
    return html`<p>${this.t(`domain.${question.action}.${heading}`, { count: this.changes.length })}</p>
      ${this.stage === 'preview' ? this.remarks() : nothing} ${this.changes.length === 0 ? nothing : this.table()}`;
  }

  /** What should be known before anything is done. */
  private remarks(): TemplateResult {
    const { notices = [], unknownComputers = [], domainController } = this.found ?? {};
    const unknown = unknownComputers.slice(0, mostNamed).join(', ');
    return html`${
      domainController ? html`<p class="muted">${this.t('domain.at', { server: domainController })}</p>` : nothing
    }
    ${notices.map(({ code, args }) => html`<div class="banner warning">${icon('warning')}${this.t(code, args)}</div>`)}
    ${
      unknown
        ? html`<div class="banner warning">
            ${icon('warning')}${this.t('domain.unknownComputers', { count: unknownComputers.length, computers: unknown })}
          </div>`
        : nothing
    }`;
  }

  private credentials({ action, domain, domainController, account }: DomainQuestion): TemplateResult {
    const required = (id: string): string | undefined =>
      this.missing.has(id) ? this.t('page.form.required') : undefined;
    return html`<p>${this.t(`domain.${action}.intro`, { domain })}</p>
      <p class="muted">${this.t('domain.secret')}</p>
      ${textField({
        id: 'domainController',
        label: this.t('domain.controller'),
        value: domainController ?? '',
        maxLength: 255,
        hint: this.t('domain.controllerHint'),
        first: true,
      })}
      ${textField({
        id: 'account',
        label: this.t('domain.account'),
        value: account ?? '',
        maxLength: 255,
        placeholder: `${domain.split('.')[0]!.toUpperCase()}\\…`,
        problem: required('account'),
      })}
      ${textField({
        id: 'password',
        label: this.t('domain.password'),
        type: 'password',
        maxLength: 1024,
        autocomplete: 'off',
        problem: required('password'),
      })}`;
  }

  private table(): TemplateResult {
    return html`<div class="changes" tabindex="0" role="region" aria-label=${this.t('domain.changes')}>
      <table>
        <thead>
          <tr>
            <th scope="col">${this.t('domain.column.kind')}</th>
            <th scope="col">${this.t('domain.column.target')}</th>
            <th scope="col">${this.t('domain.column.change')}</th>
          </tr>
        </thead>
        <tbody>
          ${this.changes.map(
            ({ kind, target, before, after }) =>
              html`<tr>
                <td>${this.t(`domain.kind.${kind}`)}</td>
                <td>${target}</td>
                <td>
                  ${before === null ? nothing : html`<del>${this.t('domain.before', { value: before })}</del>`}
                  ${after === null ? html`<ins>${this.t('domain.removed')}</ins>` : html`<ins>${after}</ins>`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private buttons({ action }: DomainQuestion): TemplateResult {
    const busy = this.working !== undefined;
    if (this.stage === 'done') return html`<button class="primary">${this.t('domain.close')}</button>`;
    const next = this.stage === 'credentials' && action === 'apply' ? 'domain.show' : `domain.${action}.run`;
    return html`<button type="button" ?disabled=${busy} @click=${this.finish}>${this.t('page.cancel')}</button>
      ${
        this.untrusted === undefined
          ? nothing
          : html`<button type="button" ?disabled=${busy} @click=${this.trust}>${this.t('domain.trust')}</button>`
      }
      <button class="primary" ?disabled=${busy}>${this.t(next)}</button>`;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const { question } = this;
    if (!question || this.working !== undefined) return;
    if (this.stage === 'done') return this.finish();
    if (this.stage === 'credentials' && !this.read(event.target as HTMLFormElement)) return;
    void this.go(question);
  }

  /** Whether everything was filled in. */
  private read(form: HTMLFormElement): boolean {
    const data = new FormData(form);
    const text = (id: string): string => String(data.get(id) ?? '');
    this.access = {
      domainController: text('domainController').trim(),
      account: text('account').trim(),
      password: text('password'),
      certificate: this.certificate ?? this.question?.certificate,
    };
    const { account, password } = this.access;
    const missing = Object.entries({ account, password }).flatMap(([id, value]) => (value === '' ? [id] : []));
    this.missing = new Set(missing);
    const [first] = missing;
    if (first !== undefined) this.renderRoot.querySelector<HTMLElement>(`#${first}`)?.focus();
    return first === undefined;
  }

  /** The person has compared the fingerprint. */
  private readonly trust = (): void => {
    this.certificate = this.untrusted;
    this.renderRoot.querySelector('form')?.requestSubmit();
  };

  private async go({ action, preview, run }: DomainQuestion): Promise<void> {
    const { access } = this;
    if (!access) return;
    this.error = this.untrusted = undefined;
    const looking = this.stage === 'credentials' && action === 'apply';
    this.working = this.t(looking ? 'domain.looking' : `domain.${action}.working`);
    try {
      if (looking) {
        this.found = await preview(access);
        this.changes = this.found.changes;
        this.stage = 'preview';
      } else {
        this.changes = this.made = await run(access, ({ message }: ProgressReport) => {
          if (message) this.working = message;
        });
        this.stage = 'done';
        this.access = undefined;
      }
    } catch (error) {
      this.error = error;
      if (error instanceof LatchkeyError && error.code === 'domain.certificateUntrusted')
        this.untrusted = String(error.args['fingerprint'] ?? '');
      if (!looking) this.stage = 'credentials';
    } finally {
      this.working = undefined;
    }
  }

  /** Escape closes nothing while the domain is being changed: what comes of it has to be seen. */
  private keepOpen(event: Event): void {
    if (this.working !== undefined) event.preventDefault();
  }

  private finish(): void {
    this.access = undefined;
    this.emit('answered', this.made);
  }
}

/** Resolves with what was changed, or undefined. */
export function changeDomain(question: DomainQuestion): Promise<RollOutChange[] | undefined> {
  const element = document.createElement('lk-domain-dialog');
  element.question = question;
  return new Promise((resolve) => {
    element.addEventListener('answered', (event) => {
      element.remove();
      resolve((event as CustomEvent<RollOutChange[] | undefined>).detail ?? undefined);
    });
    document.body.append(element);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-domain-dialog': DomainDialog;
  }
}
