import { html, type TemplateResult } from 'lit';
import { icon, type IconName } from './icons.ts';

export type NoticeKind = 'info' | 'good' | 'warning' | 'error';
const icons: Record<NoticeKind, IconName> = { info: 'info', good: 'check', warning: 'warning', error: 'warning' };

/** A short message on a page. Announcing it is the part of the live region that it is put into. */
export const notice = (kind: NoticeKind, content: string | TemplateResult): TemplateResult =>
  html`<div class="notice ${kind}">
    ${icon(icons[kind])}
    <div>${content}</div>
  </div>`;

/** The mark and headline of a page that says one thing. Gets the focus when the page comes to it. */
export const headline = (name: IconName, kind: NoticeKind, text: string): TemplateResult =>
  html`<span class="mark ${kind}">${icon(name)}</span>
    <h1 tabindex="-1">${text}</h1>`;
