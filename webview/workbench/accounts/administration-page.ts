import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import { css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import '../groups/groups.ts';
import { PageElement } from '../pages/page-element.ts';
import '../permissions/permissions.ts';
import type { PermissionSubject } from '../permissions/permissions.ts';
import '../two-factor/two-factor-requirement.ts';
import '../user-groups/user-groups.ts';
import './technicians.ts';
import './tokens-page.ts';

const sections = ['technicians', 'userGroups', 'groups', 'permissions', 'signIn', 'tokens'] as const;
type Section = (typeof sections)[number];

/** What administrators set for the account. Data: `{ section }`, the section to begin with. */
@customElement('lk-administration-page')
export class AdministrationPage extends PageElement<{ readonly section?: Section }> {
  static override styles = [
    PageElement.styles,
    css`
      vscode-tabs {
        padding: 8px 12px 0;
      }
    `,
  ];

  @state() private selected: number | undefined;
  /** Whose permissions are shown first. */
  @state() private subject: PermissionSubject = {};

  override render() {
    const wanted = sections.indexOf(this.data?.section ?? 'technicians');
    const selected = this.selected ?? Math.max(0, wanted);
    return html`<vscode-tabs
      .selectedIndex=${selected}
      @vsc-tabs-select=${(event: CustomEvent<{ selectedIndex: number }>) => (this.selected = event.detail.selectedIndex)}
    >
      ${sections.map(
        (section) => html`<vscode-tab-header slot="header">${this.t(`administration.${section}`)}</vscode-tab-header>`,
      )}
      ${sections.map(
        (section, index) =>
          html`<vscode-tab-panel>${index === selected ? this.section(section) : ''}</vscode-tab-panel>`,
      )}
    </vscode-tabs>`;
  }

  private section(section: Section) {
    switch (section) {
      case 'technicians':
        return html`<lk-technicians></lk-technicians>`;
      case 'groups':
        return html`<lk-groups></lk-groups>`;
      case 'permissions':
        return html`<lk-permissions .whose=${this.subject}></lk-permissions>`;
      case 'userGroups':
        return html`<lk-user-groups @show-permissions=${this.showPermissions}></lk-user-groups>`;
      case 'signIn':
        return html`<lk-two-factor-requirement></lk-two-factor-requirement>`;
      case 'tokens':
        return html`<lk-tokens-page></lk-tokens-page>`;
    }
  }

  private showPermissions({ detail }: CustomEvent<string>): void {
    this.subject = { userGroup: detail };
    this.selected = sections.indexOf('permissions');
  }
}
