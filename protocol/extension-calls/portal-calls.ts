import { request } from '../messages.ts';
import { portalAppearance, portalPageRequests } from '../portal.ts';
import { needs } from './needs.ts';

/** The public pages. */
export const portalCalls = {
  portalGet: needs('portal', portalPageRequests.get),
  portalSetAppearance: needs('portal', request('portal/setAppearance', portalAppearance, portalAppearance)),
};
