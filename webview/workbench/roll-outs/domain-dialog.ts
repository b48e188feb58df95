import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CancellationTokenSource } from '#jsonrpc';
import type { DomainAccess, DomainQuestion, Watching } from '#core/workbench/roll-outs/domain-question.ts';
import { LatchkeyError, type ErrorCode } from '#protocol/errors.ts';
import type { RollOutChange, RollOutChangeList } from '#protocol/roll-outs.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { openDialog } from '../pages/dialog.ts';
import { textField } from '../pages/form-dialog.ts';
import { errorBanner } from '../pages/page-states.ts';
import { controlStyles } from '../pages/page-styles.ts';
import { domainChanges, domainChangesStyles } from './domain-changes.ts';

type Stage = 'credentials' | 'preview' | 'done';

/** Computers that are named one by one. */
const mostNamed = 20;
/** What has to be mended where the credentials stand. */
const aboutAccess: ReadonlySet<ErrorCode> = new Set([
  ...(['domain.certificateUntrusted', 'domain.certificateChanged', 'domain.credentialsRefused'] as const),
  ...(['domain.accountInvalid', 'domain.serverInvalid', 'domain.unreachable', 'domain.previewOutdated'] as const),
]);

/**
 * Asks for credentials of a domain, shows what would be changed there, and has it done. Fires `answered` with the changes that
 * were made, or with nothing. The password lives in this dialog, until it closes.
 */
@customElement('lk-domain-dialog')
export class DomainDialog extends WorkbenchElement {
  static override styles = [
    baseStyles,
    controlStyles,
    domainChangesStyles,
    css`
      dialog {
        width: min(720px, calc(100vw - 32px));
      }
      h2 {
        overflow-wrap: anywhere;
      }
      code {
        display: block;
        margin-top: 4px;
        font-family: var(--vscode-editor-font-family, ui-monospace, monospace);
        font-size: 12px;
        overflow-wrap: anywhere;
        user-select: all;
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
      @media (prefers-reduced-motion: reduce) {
        .spin {
          animation: none;
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
  /** The one that they said yes to, and whose it is, as it stands in the field. */
  private trusted: { readonly controller: string; readonly certificate: string } | undefined;
  private access: DomainAccess | undefined;
  private made: RollOutChange[] | undefined;
  private cancellation: CancellationTokenSource | undefined;

  protected override firstUpdated(): void {
    openDialog(this.shadowRoot);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancellation?.cancel();
  }

  override render() {
    const { question, stage } = this;
    if (!question) return nothing;
    return html`<dialog aria-labelledby="title" @close=${this.finish} @cancel=${this.keepOpen}>
      <form novalidate @submit=${this.submit}>
        <h2 id="title">${this.t(`domain.${question.action}.title`, { name: question.name })}</h2>
        ${this.problem()}
        ${stage === 'done' ? nothing : html`<div ?hidden=${stage !== 'credentials'}>${this.credentials(question)}</div>`}
        ${stage === 'credentials' ? nothing : this.outcome(question)}
        <div class="working" role="status">
          ${this.working === undefined ? nothing : html`${icon('loading', 'spin')}<span>${this.working}</span>`}
        </div>
        <div class="buttons">${this.buttons(question)}</div>
      </form>
    </dialog>`;
  }

  private problem(): TemplateResult | typeof nothing {
    if (!(this.error instanceof LatchkeyError) || this.error.kind !== 'cancelled') {
      return html`${errorBanner(this.error)}${this.untrusted === undefined ? nothing : this.comparison()}`;
    }
    return html`<div class="banner" role="alert">
      ${icon('info')}<span class="grow">${this.t('domain.cancelled')}</span>
    </div>`;
  }

  /** How somebody finds out whether a certificate is the domain controller's own. */
  private comparison(): TemplateResult {
    return html`<div class="banner">
      <div class="grow">
        ${this.t('domain.compareHow')}
        <code
          >Get-ChildItem Cert:\\LocalMachine\\My | ForEach-Object { $_.Subject; $_.GetCertHashString('SHA256') }</code
        >
      </div>
    </div>`;
  }

  private outcome({ action }: DomainQuestion): TemplateResult {
    return html`<p>${this.t(`domain.${action}.${this.stage}`, { count: this.changes.length })}</p>
      ${this.remarks()} ${this.changes.length === 0 ? nothing : domainChanges(this.changes)}`;
  }

  /** What should be known before anything is done. */
  private remarks(): TemplateResult {
    const { notices = [], unknownComputers = [], domainController } = this.found ?? {};
    const named = unknownComputers.slice(0, mostNamed).join(', ');
    const computers = unknownComputers.length > mostNamed ? `${named}, …` : named;
    const warning = (text: string): TemplateResult =>
      html`<div class="banner warning">${icon('warning')}<span class="grow">${text}</span></div>`;
    return html`${
      domainController ? html`<p class="muted">${this.t('domain.at', { server: domainController })}</p>` : nothing
    }
    ${notices
      // Said below, with their names.
      .filter(({ code }) => code !== 'domain.computersUnknown' || computers === '')
      .map(({ code, args }) => warning(this.t(code, args)))}
    ${computers ? warning(this.t('domain.unknownComputers', { count: unknownComputers.length, computers })) : nothing}`;
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

  private buttons({ action }: DomainQuestion): TemplateResult {
    if (this.stage === 'done') return html`<button class="primary">${this.t('domain.close')}</button>`;
    if (this.working !== undefined) {
      const stopping = this.cancellation?.token.isCancellationRequested ?? true;
      return html`<button type="button" ?disabled=${stopping} @click=${this.stop}>${this.t('page.cancel')}</button>`;
    }
    const looking = this.stage === 'credentials';
    const nothingToDo = this.stage === 'preview' && this.changes.length === 0 && action === 'undo';
    return html`<button type="button" @click=${this.finish}>${this.t('page.cancel')}</button>
      ${looking ? nothing : html`<button type="button" @click=${this.back}>${this.t('domain.back')}</button>`}
      ${
        this.untrusted === undefined || !looking
          ? nothing
          : html`<button type="button" @click=${this.trust}>${this.t('domain.trust')}</button>`
      }
      <button class="primary" ?disabled=${nothingToDo}>
        ${this.t(looking ? 'domain.show' : `domain.${action}.run`)}
      </button>`;
  }

  private submit(event: Event): void {
    event.preventDefault();
    const { question, stage } = this;
    if (!question || this.working !== undefined) return;
    if (stage === 'done') return this.finish();
    if (stage === 'credentials') {
      if (this.read(event.target as HTMLFormElement)) void this.look(question);
    } else void this.run(question);
  }

  /** Whether everything was filled in. */
  private read(form: HTMLFormElement): boolean {
    const data = new FormData(form);
    const text = (id: string): string => String(data.get(id) ?? '');
    const domainController = text('domainController').trim();
    const { trusted } = this;
    this.access = {
      domainController,
      account: text('account').trim(),
      password: text('password'),
      certificate: trusted?.controller === domainController ? trusted.certificate : this.question?.certificate,
    };
    const { account, password } = this.access;
    const missing = Object.entries({ account, password }).flatMap(([id, value]) => (value === '' ? [id] : []));
    this.missing = new Set(missing);
    const [first] = missing;
    if (first !== undefined) this.focusOn(`#${first}`);
    return first === undefined;
  }

  private readonly back = (): void => {
    this.stage = 'credentials';
    this.error = undefined;
    this.focusOn('#account');
  };

  /** The person has compared the fingerprint. */
  private readonly trust = (): void => {
    const form = this.renderRoot.querySelector('form')!;
    const controller = form.querySelector<HTMLInputElement>('#domainController')!.value.trim();
    this.trusted = { controller, certificate: this.untrusted ?? '' };
    form.requestSubmit();
  };

  /** What was made is known; what would be made is found out in the domain. */
  private look({ action, made = [], preview }: DomainQuestion): Promise<void> {
    if (action === 'undo') {
      this.error = this.untrusted = undefined;
      this.changes = made.map((each) => ({ ...each, before: each.after, after: each.before })).reverse();
      this.stage = 'preview';
      this.focusOn('.changes, .primary');
      return Promise.resolve();
    }
    return this.work('domain.looking', async (watching) => {
      this.found = await preview(this.access!, watching);
      // What was found by DNS is what it is done at, too.
      this.access = { ...this.access!, domainController: this.found.domainController ?? this.access!.domainController };
      this.changes = this.found.changes;
      this.stage = 'preview';
      this.focusOn('.changes, .primary');
    });
  }

  private run({ action, run }: DomainQuestion): Promise<void> {
    return this.work(`domain.${action}.working`, async (watching) => {
      // What it has to say now may be more than what the preview could know.
      this.found = await run(this.access!, this.found?.preview, watching);
      this.changes = this.made = this.found.changes;
      this.stage = 'done';
      this.access = undefined;
      this.focusOn('.primary');
    });
  }

  private async work(key: string, work: (watching: Watching) => Promise<void>): Promise<void> {
    this.error = this.untrusted = undefined;
    this.cancellation = new CancellationTokenSource();
    const { token } = this.cancellation;
    this.working = this.t(key);
    this.focusOn('.buttons button');
    try {
      await work({
        token,
        onProgress: ({ message, fraction }) => {
          if (token.isCancellationRequested) return;
          const percent = fraction === undefined ? '' : this.t('domain.percent', { fraction });
          this.working = message ?? [this.t(key), percent].filter(Boolean).join(' ');
        },
      });
    } catch (error) {
      this.error = error;
      const { code, args } = error as LatchkeyError;
      if (code === 'domain.certificateUntrusted' || code === 'domain.certificateChanged') {
        this.untrusted = String(args['fingerprint'] ?? '');
      }
      if (aboutAccess.has(code)) this.stage = 'credentials';
      this.focusOn(code === 'domain.credentialsRefused' ? '#password' : '.primary');
    } finally {
      this.working = undefined;
      this.cancellation = undefined;
    }
  }

  private readonly stop = (): void => {
    this.cancellation?.cancel();
    this.working = this.t('domain.cancelling');
  };

  private focusOn(selector: string): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(selector)?.focus());
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
