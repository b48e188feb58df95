import { z } from 'zod';
import { request } from '../messages.ts';
import { empty, id, name } from '../primitives.ts';
import { invitation, session } from '../sessions.ts';
import { setUp } from '../set-ups.ts';
import { needs } from './needs.ts';

/** Sessions, and setting up with the customer there. */
export const sessionCalls = {
  sessionsList: needs('sessions', request('sessions/list', empty, z.array(session))),
  sessionsSubscribe: needs('sessions', request('sessions/subscribe', empty, empty)),
  sessionsInvite: needs('sessions', request('sessions/invite', empty, invitation)),
  sessionsStart: needs('sessions', request('sessions/start', z.object({ device: id }), session)),
  sessionsEnd: needs('sessions', request('sessions/end', z.object({ session: id }), session)),
  /** Opens the session's view, or brings it to the front; nothing where there is nobody to look at it. */
  sessionsShow: needs('sessions', request('sessions/show', z.object({ session: id }), empty)),
  // setting up with the customer there
  setUpsList: needs('setUps', request('setUps/list', empty, z.array(setUp))),
  setUpsSubscribe: needs('setUps', request('setUps/subscribe', empty, empty)),
  /**
   * Asks the technician for their own password, in the workbench's own dialog, and then the customer. null: the
   * technician thought better of it.
   */
  setUpsBegin: needs(
    'setUps',
    request('setUps/begin', z.object({ session: id }), z.object({ setUp: setUp.nullable() })),
  ),
  setUpsCancel: needs('setUps', request('setUps/cancel', z.object({ setUp: id }), setUp)),
  setUpsComplete: needs(
    'setUps',
    request('setUps/complete', z.object({ setUp: id, nickname: name.nullable(), group: id }), setUp),
  ),
};
