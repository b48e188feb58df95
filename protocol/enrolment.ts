import { z } from 'zod';
import { request } from './messages.ts';
import { empty, id } from './primitives.ts';

/*
 * How a computer becomes a device. The endpoint's side stands in `endpoint.ts`, the installer's in `installers.ts`; this
 * is what technicians do about those that have to wait.
 */

/** An installer's token: `lk1.INSTALLER.PROOF.HUBKEY`. The hub's key in it is what `endpoint join` pins. */
export const tokenPattern = /^lk1\.([a-z2-7]{16})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

export const enrolmentRequests = {
  /** Lets waiting devices in. Takes no slot of the installer. */
  approve: request('enrolment/approve', z.object({ devices: z.array(id).min(1) }), empty),
  /** Turns waiting devices away; their endpoints uninstall themselves. */
  reject: request('enrolment/reject', z.object({ devices: z.array(id).min(1) }), empty),
};
