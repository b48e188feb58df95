import type { L10n, Page, PortalAppearance } from '../../protocol/api/index.ts';

/** The most bytes of a logo: it is part of every public page. */
const logoBytes = 128 * 1024;

export interface PortalState {
  readonly appearance: PortalAppearance;
  readonly link: string;
  readonly joinLink: string;
}

/** Links and QR code of the public pages, and how they look. */
export function portalPage({ t }: Pick<L10n, 't'>, { appearance, link, joinLink }: PortalState): Page {
  return {
    id: 'portal',
    title: t('page.title'),
    icon: 'globe',
    blocks: [
      { kind: 'text', text: t('page.intro') },
      ...(isLocal(link) ? [{ kind: 'text' as const, text: t('page.local'), tone: 'warning' as const }] : []),
      {
        kind: 'facts',
        rows: [
          { label: t('page.link'), value: link, copy: true },
          { label: t('page.joinLink'), value: joinLink, copy: true },
        ],
      },
      { kind: 'qrCode', text: link, label: t('page.qrCode', { link }) },
      { kind: 'actions', actions: [{ title: t('page.copy'), icon: 'link', command: 'portal.copyLink' }] },
      { kind: 'heading', text: t('page.appearance') },
      { kind: 'text', text: t('page.appearanceIntro'), tone: 'muted' },
      {
        kind: 'form',
        fields: [
          {
            id: 'name',
            type: 'text',
            label: t('appearance.name.title'),
            description: t('appearance.name.description'),
            value: appearance.name,
            maxLength: 64,
          },
          {
            id: 'message',
            type: 'text',
            multiline: true,
            label: t('appearance.message.title'),
            description: t('appearance.message.description'),
            value: appearance.message,
            maxLength: 500,
          },
          {
            id: 'logo',
            type: 'image',
            label: t('appearance.logo.title'),
            description: t('appearance.logo.description'),
            value: appearance.logo,
            maximum: logoBytes,
          },
          {
            id: 'color',
            type: 'color',
            label: t('appearance.color.title'),
            description: t('appearance.color.description'),
            value: appearance.color ?? '',
          },
        ],
        submit: { title: t('appearance.save'), command: 'portal.setAppearance', primary: true },
      },
    ],
  };
}

/** An address that means the computer on which it is opened. */
const isLocal = (link: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\])/.test(link);
