import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { merge, type Subscription } from 'rxjs';
import { AssignmentRuleService, type RulePreview } from '#core/workbench/assignment-rules/assignment-rule-service.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { maximumRules, type AssignmentRule, type AssignmentRules } from '#protocol/assignment-rules.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { formatDateTime } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { icon } from '#webview/base/styles.ts';
import { markDirty, reconnected$ } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import { emptyState, errorBanner } from '../pages/page-states.ts';
import './rule-dialog.ts';
import './rule-list.ts';
import './rule-preview.ts';
import { sameRules } from './rule-texts.ts';

/** The rules by which computers get their device group: seen in their order, changed, tried out and applied. */
@customElement('lk-assignment-rules-page')
export class AssignmentRulesPage extends PageElement {
  /** What is on the page and not saved; undefined where it is what is in force. */
  @state() private draft: readonly AssignmentRule[] | undefined;
  /** The version that the draft was made from. */
  @state() private base: AssignmentRules | undefined;
  /** Saved by somebody else since. */
  @state() private theirs: AssignmentRules | undefined;
  @state() private editing: AssignmentRule | 'new' | undefined;
  @state() private preview: { readonly result: RulePreview; readonly rules: readonly AssignmentRule[] } | undefined;
  @state() private busy = false;
  @state() private error: unknown;
  private readonly service = inject(AssignmentRuleService);
  private readonly loader = new Loader(this, async () => this.take(await this.service.get()));
  private subscription: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const groups = inject(DeviceReplica).changes$;
    this.subscription = merge(this.service.changed$, reconnected$()).subscribe(() => void this.loader.reload());
    this.subscription.add(groups.subscribe(({ groups: changed }) => changed && void this.loader.reload()));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.subscription?.unsubscribe();
  }

  protected override updated(): void {
    if (this.input) markDirty(this.input, this.draft !== undefined);
  }

  override render(): TemplateResult {
    return html`<div class="page">${this.loader.render((saved) => this.content(saved))}</div>`;
  }

  /** Somebody else's version does not take the place of what is on the page: both are there until it is said which one. */
  private take(now: AssignmentRules): AssignmentRules {
    if (this.draft && this.base && this.base.version !== now.version) this.theirs = now;
    else this.base = now;
    return now;
  }

  private get rules(): readonly AssignmentRule[] {
    return this.draft ?? this.base?.rules ?? [];
  }

  private content(saved: AssignmentRules): TemplateResult {
    const { rules, draft, busy } = this;
    return html`<div class="head">
        <h1 class="grow">${this.t('assignmentRules.title')}</h1>
        <button ?disabled=${rules.length >= maximumRules} @click=${() => (this.editing = 'new')}>
          ${icon('add')}${this.t('assignmentRules.new')}
        </button>
        <button ?disabled=${busy || rules.length === 0} @click=${() => void this.tryOut()}>
          ${icon('preview')}${this.t('assignmentRules.tryOut')}
        </button>
        <button
          class="primary"
          ?disabled=${busy || !draft || this.theirs !== undefined}
          @click=${() => void this.save()}
        >
          ${this.t('page.save')}
        </button>
      </div>
      <p class="muted">${this.t('assignmentRules.intro')}</p>
      ${this.theirs ? this.conflict(this.theirs) : errorBanner(this.error)}
      ${draft && !this.theirs ? this.unsaved() : nothing}
      ${
        rules.length === 0
          ? emptyState('list-ordered', this.t('assignmentRules.empty'))
          : html`<lk-rule-list
              .rules=${rules}
              .deletedGroups=${saved.deletedGroups}
              @rules=${({ detail }: CustomEvent<readonly AssignmentRule[]>) => this.change(detail)}
              @edit=${({ detail }: CustomEvent<AssignmentRule>) => (this.editing = detail)}
            ></lk-rule-list>`
      }
      ${this.savedBy(saved)}
      ${
        this.preview
          ? html`<lk-rule-preview
              .preview=${this.preview.result}
              .rules=${this.preview.rules}
              ?saved=${!draft && sameRules(this.preview.rules, rules)}
              @done=${() => void this.tryOut()}
            ></lk-rule-preview>`
          : nothing
      }
      ${
        this.editing
          ? html`<lk-rule-dialog
              .rule=${this.editing === 'new' ? undefined : this.editing}
              .groups=${inject(DeviceReplica).groups()}
              @save=${({ detail }: CustomEvent<AssignmentRule>) => this.put(detail)}
              @dialog-close=${() => (this.editing = undefined)}
            ></lk-rule-dialog>`
          : nothing
      }`;
  }

  private unsaved(): TemplateResult {
    return html`<div class="banner" role="status">
      ${icon('info')}<span class="grow">${this.t('assignmentRules.unsaved')}</span>
      <button @click=${() => this.discard()}>${this.t('assignmentRules.discard')}</button>
    </div>`;
  }

  private conflict(theirs: AssignmentRules): TemplateResult {
    return html`<div class="banner warning" role="alert">
        ${icon('warning')}
        <span class="grow">${this.t('assignmentRules.conflict', { technician: theirs.changedBy ?? '' })}</span>
        <button @click=${() => this.takeTheirs(theirs)}>${this.t('assignmentRules.takeTheirs')}</button>
        <button ?disabled=${this.busy} @click=${() => void this.saveOver(theirs)}>
          ${this.t('assignmentRules.saveOver')}
        </button>
      </div>
      ${errorBanner(this.error)}
      <details>
        <summary>
          ${this.t('assignmentRules.theirs', { technician: theirs.changedBy ?? '', count: theirs.rules.length })}
        </summary>
        <lk-rule-list inert .rules=${theirs.rules} .deletedGroups=${theirs.deletedGroups}></lk-rule-list>
      </details>
      <h2>${this.t('assignmentRules.yours')}</h2>`;
  }

  private savedBy({ changedBy, changedAt, version }: AssignmentRules): TemplateResult | typeof nothing {
    if (changedBy === null || changedAt === null) return nothing;
    const when = formatDateTime(changedAt);
    return html`<p class="muted">${this.t('assignmentRules.savedBy', { version, technician: changedBy, when })}</p>`;
  }

  private change(rules: readonly AssignmentRule[]): void {
    this.draft = this.base && sameRules(this.base.rules, rules) ? undefined : rules;
    if (!this.draft) this.theirs = undefined;
  }

  private put(rule: AssignmentRule): void {
    const exists = this.rules.some(({ id }) => id === rule.id);
    this.change(exists ? this.rules.map((each) => (each.id === rule.id ? rule : each)) : [...this.rules, rule]);
    this.editing = undefined;
  }

  private discard(): void {
    this.draft = this.theirs = undefined;
    this.error = undefined;
    this.preview = undefined;
  }

  private takeTheirs(theirs: AssignmentRules): void {
    this.discard();
    this.base = theirs;
  }

  private async saveOver(theirs: AssignmentRules): Promise<void> {
    this.base = theirs;
    this.theirs = undefined;
    await this.save();
  }

  private save(): Promise<void> {
    return this.run(async () => {
      const { draft, base } = this;
      if (!draft || !base) return;
      try {
        this.base = await this.service.save(base.version, draft);
        this.draft = undefined;
      } catch (error) {
        const overtaken = error instanceof LatchkeyError && error.code === 'assignmentRules.changedMeanwhile';
        if (!overtaken) throw error;
      }
      await this.loader.reload();
    });
  }

  private tryOut(): Promise<void> {
    return this.run(async () => {
      const { rules } = this;
      this.preview = { result: await this.service.preview(rules), rules };
    });
  }

  private async run(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      await work();
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-assignment-rules-page': AssignmentRulesPage;
  }
}
