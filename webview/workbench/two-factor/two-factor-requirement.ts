import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { accountRequests, role as roles, type Role, type Technician } from '#protocol/accounts.ts';
import { twoFactorRequests } from '#protocol/two-factor.ts';
import { openDialog } from '../pages/dialog.ts';
import { request } from '../pages/hub.ts';
import { Loader } from '../pages/loader.ts';
import { PageElement } from '../pages/page-element.ts';
import { errorBanner } from '../pages/page-states.ts';
import { questionDialog } from '../pages/question-dialog.ts';

interface Content {
  readonly required: readonly Role[];
  readonly technicians: readonly Technician[];
}

/** Which roles have to sign in with two factors. */
@customElement('lk-two-factor-requirement')
export class TwoFactorRequirement extends PageElement {
  @state() private asking: Role | undefined;
  @state() private busy = false;
  @state() private error: unknown;
  private readonly loader = new Loader<Content>(this, async () => {
    const [{ roles: required }, technicians] = await Promise.all([
      request(twoFactorRequests.requirement, {}),
      request(accountRequests.list, {}),
    ]);
    return { required, technicians };
  });

  protected override updated(): void {
    openDialog(this.shadowRoot);
  }

  override render(): TemplateResult {
    return html`<div class="page">
      <div class="head"><h1 class="grow">${this.t('administration.signIn')}</h1></div>
      <p class="muted">${this.t('twoFactor.requirementIntro')}</p>
      ${this.asking ? nothing : errorBanner(this.error)} ${this.loader.render((content) => this.content(content))}
    </div>`;
  }

  private content({ required, technicians }: Content): TemplateResult {
    return html`<fieldset>
        <legend>${this.t('twoFactor.requiredFor')}</legend>
        ${roles.options.map((role) => {
          const those = technicians.filter((each) => each.role === role && !each.disabled);
          const on = those.filter(({ twoFactor }) => twoFactor).length;
          return html`<label class="check">
            <input
              type="checkbox"
              aria-describedby="standing-${role}"
              .checked=${live(required.includes(role))}
              ?disabled=${this.busy}
              @change=${(event: Event) => this.change(role, event.target as HTMLInputElement, required, those.length - on)}
            />
            <span>
              ${this.t(`administration.role.${role}`)}
              <span class="muted" id="standing-${role}">
                ${this.t('twoFactor.standing', { on, total: those.length })}
              </span>
            </span>
          </label>`;
        })}
      </fieldset>
      ${this.asking ? this.question(this.asking, required, technicians) : nothing}`;
  }

  private question(role: Role, required: readonly Role[], technicians: readonly Technician[]): TemplateResult {
    const count = technicians.filter((each) => each.role === role && !each.disabled && !each.twoFactor).length;
    return questionDialog({
      title: this.t('twoFactor.requireTitle', { role }),
      detail: this.t('twoFactor.requireDetail', { count }),
      action: this.t('twoFactor.require'),
      busy: this.busy,
      error: this.error,
      run: () => void this.save([...required, role]),
      close: () => {
        this.asking = undefined;
        this.error = undefined;
      },
    });
  }

  private change(role: Role, box: HTMLInputElement, required: readonly Role[], without: number): void {
    const wanted = box.checked;
    box.checked = required.includes(role); // as it is stored, until it is
    if (wanted && without > 0) this.asking = role;
    else void this.save(wanted ? [...required, role] : required.filter((each) => each !== role));
  }

  private async save(wanted: readonly Role[]): Promise<void> {
    this.busy = true;
    this.error = undefined;
    try {
      await request(twoFactorRequests.setRequirement, { roles: [...wanted] });
      this.asking = undefined;
      await this.loader.reload();
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
