import { z } from 'zod';
import { endpointStanding } from '#protocol/endpoint.ts';
import { base64url, id, timestamp } from '#protocol/primitives.ts';
import { readJsonFile, writeJsonFile } from '../data-folder/atomic-file.ts';

const enrolment = z.object({
  version: z.literal(1),
  hub: z.url({ protocol: /^https?$/ }),
  /** Pinned: no other hub is spoken to. */
  hubKey: base64url,
  /** The installer's identifier. Its token bought the join and is not kept. */
  installer: id,
  joinedAt: timestamp,
  /** As the hub said it last. */
  standing: endpointStanding,
});

/** That this computer has joined a hub, and how it stood there when last heard. */
export type Enrolment = z.output<typeof enrolment>;

/** @throws LatchkeyError `endpoint.dataDamaged`, `file.unreadable` */
export const readEnrolment = (file: string): Promise<Enrolment | undefined> => readJsonFile(file, enrolment);

export const writeEnrolment = (file: string, value: Enrolment): Promise<void> => writeJsonFile(file, value);
