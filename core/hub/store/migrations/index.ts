import type { Kysely } from 'kysely';
import { up as initial } from './0001-initial.ts';
import { up as userGroupsAndTwoFactor } from './0002-user-groups-and-two-factor.ts';
import { up as sessionsAndSetUps } from './0003-sessions-and-set-ups.ts';
import { up as auditSubject } from './0004-audit-subject.ts';
import { up as deviceMarks } from './0005-device-marks.ts';
import { up as deviceJobs } from './0006-device-jobs.ts';
import { up as wakesAndFleetHistory } from './0007-wakes-and-fleet-history.ts';
import { up as rollOuts } from './0008-roll-outs.ts';
import { up as deviceMatches } from './0009-device-matches.ts';
import { up as deviceRemovals } from './0010-device-removals.ts';
import { up as deviceCensus } from './0011-device-census.ts';
import { up as keptSessions } from './0012-kept-sessions.ts';

/** What brings a store from one version to the next, in order; the version is the place in this list, from 1. */
export const migrations: readonly ((db: Kysely<any>) => Promise<void>)[] = [
  initial,
  userGroupsAndTwoFactor,
  sessionsAndSetUps,
  auditSubject,
  deviceMarks,
  deviceJobs,
  wakesAndFleetHistory,
  rollOuts,
  deviceMatches,
  deviceRemovals,
  deviceCensus,
  keptSessions,
];
