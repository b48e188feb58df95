import { keySeconds, resumeSeconds } from '#protocol/sessions.ts';

/** How long things wait, in seconds. */
export interface SessionTimes {
  /** A session for a side whose connection is lost. */
  readonly resume: number;
  /** A customer's key for the customer, and then the customer app for being run. */
  readonly key: number;
  /** A set-up's token for the installed endpoint. */
  readonly install: number;
}

export const usualTimes: SessionTimes = { resume: resumeSeconds, key: keySeconds, install: 600 };

/** The times' token in the container. */
export const SessionTimes = Symbol('SessionTimes');
