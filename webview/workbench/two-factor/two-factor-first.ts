import { css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { distinctUntilChanged, filter, map, type Subscription } from 'rxjs';
import { AccountService } from '#core/workbench/accounts/account-service.ts';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { accountRequests } from '#protocol/accounts.ts';
import { inject } from '#webview/base/services.ts';
import { baseStyles, icon } from '#webview/base/styles.ts';
import { WorkbenchElement } from '#webview/base/workbench-element.ts';
import { request } from '../pages/hub.ts';
import { markStyles } from '../pages/mark-styles.ts';
import { controlStyles, pageStyles } from '../pages/page-styles.ts';
import './two-factor-set-up.ts';
import type { SetUpStep } from './two-factor-set-up.ts';

/**
 * In place of the workbench, for technicians whose role requires two-factor sign-in that they have not set up. Fires
 * `finished` once they have, and have seen their recovery codes.
 */
@customElement('lk-two-factor-first')
export class TwoFactorFirst extends WorkbenchElement {
  static override styles = [
    baseStyles,
    pageStyles,
    controlStyles,
    markStyles,
    css`
      :host {
        display: grid;
        justify-items: center;
        min-height: 100%;
        padding: 24px 16px;
      }
      main {
        align-self: center;
        width: min(480px, 100%);
      }
      .ask {
        margin-top: 20px;
      }
      h1 {
        margin-bottom: 8px;
        font-size: 24px;
      }
    `,
  ];

  /** Whether something is on the page that can't be shown again. */
  showsCodes = false;
  @state() private administrators: readonly string[] = [];
  private connected: Subscription | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // Over each connection: the one on which it was learned that this is required is hung up on.
    this.connected = inject(HubConnection)
      .status$.pipe(
        map(({ state }) => state === 'heldUp'),
        distinctUntilChanged(),
        filter(Boolean),
      )
      .subscribe(() => void this.loadAdministrators());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.connected?.unsubscribe();
  }

  private async loadAdministrators(): Promise<void> {
    try {
      this.administrators = (await request(accountRequests.administrators, {})).map(({ name }) => name);
    } catch {
      // Lost: the next connection asks again.
    }
  }

  override render() {
    const email = inject(AccountService).identity?.technician.email ?? '';
    const names = this.administrators.slice(0, 3).join(', ');
    return html`<main>
      <div class="mark">${icon('shield')}</div>
      <h1>${this.t('twoFactor.firstTitle')}</h1>
      <p>${this.t('twoFactor.firstIntro')}</p>
      <p class="muted">${this.t('twoFactor.intro')}</p>
      <lk-two-factor-set-up
        .email=${email}
        leave-label=${this.t('account.signOut')}
        @set-up-step=${({ detail }: CustomEvent<SetUpStep>) => (this.showsCodes = detail === 'codes')}
        @set-up-left=${() => void inject(AccountService).signOut()}
        @set-up-done=${this.finish}
      ></lk-two-factor-set-up>
      ${names ? html`<p class="muted ask">${this.t('twoFactor.firstAsk', { names })}</p>` : ''}
    </main>`;
  }

  private finish(): void {
    this.showsCodes = false;
    this.emit('finished');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lk-two-factor-first': TwoFactorFirst;
  }
}
