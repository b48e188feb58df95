import { z } from 'zod';
import { notification, request } from './messages.ts';

/** A technician's own files, kept by the hub so that they follow the person: JSON with comments. */
export const profileDocument = z.enum(['settings', 'keybindings']);
export type ProfileDocument = z.output<typeof profileDocument>;

const content = z.object({
  document: profileDocument,
  text: z.string().max(256 * 1024),
  /** Counts the writes; 0 before the first. */
  version: z.number().int().nonnegative(),
});

export const profileRequests = {
  read: request('profile/read', z.object({ document: profileDocument }), content),
  /** Refused with `profile.conflict` where `version` is not the one that is stored: somebody wrote in between. */
  write: request('profile/write', content, content),
};

export const profileNotifications = {
  /** Hub to workbench: written in another window. */
  changed: notification('profile/changed', content),
};
