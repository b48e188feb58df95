import { z } from 'zod';
import { platform } from './facts.ts';
import { request } from './messages.ts';
import { empty } from './primitives.ts';

/*
 * The public pages `/unattended` and `/join`: what they say of whoever runs this hub, and the customer app that they hand
 * out.
 */

export const portalPath = '/unattended';

/** `#rrggbb`. */
const color = z.string().regex(/^#[0-9a-f]{6}$/i);

/** How the public pages look. */
export const portalAppearance = z.object({
  /** Of the support organisation; empty: the product's. */
  name: z.string().trim().max(64),
  /** One or two sentences for customers, for example whom to call; empty: none. */
  message: z.string().trim().max(500),
  /** PNG, JPEG or WebP as a data URL, at most 128 KiB; empty: the product's own. SVG is refused: it can hold scripts. */
  logo: z
    .string()
    .max(180_000)
    .regex(/^(data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*)?$/),
  /** Of buttons and links; null: the product's. Text on it is black or white, whichever reads better. */
  color: color.nullable(),
});
export type PortalAppearance = z.output<typeof portalAppearance>;

export const portalPageRequests = {
  /** `link` is the address of `/unattended`. */
  get: request('portal/get', empty, z.object({ appearance: portalAppearance, link: z.url(), joinLink: z.url() })),
  /** Administrators only. */
  setAppearance: request('portal/setAppearance', portalAppearance, portalAppearance),
};

/** `GET /api/portal`: for the public pages. `customerApps` says for which systems there is one. */
export const portalInfoPath = '/api/portal';
export const portalInfo = z.object({
  appearance: portalAppearance,
  customerApps: z.array(
    z.object({
      platform,
      architecture: z.enum(['x64', 'arm64']),
      available: z.boolean(),
      reason: z.string().optional(),
      /** The name that the file is saved under. */
      file: z.string().optional(),
    }),
  ),
});
export type PortalInfo = z.output<typeof portalInfo>;

/** `GET /api/portal/customer-app?platform=linux&architecture=x64`: the file. It holds nothing secret. */
export const portalDownloadPath = '/api/portal/customer-app';
