import { randomBytes } from 'node:crypto';

/*
 * A file is written under another name first. Where the hub is killed meanwhile, that one stays: its name says whose beginning
 * it is.
 */

export const partNameOf = (path: string): string => `${path}.${randomBytes(4).toString('hex')}.part`;

/** Of a file that was not finished, what it was to become; undefined for every other. */
export const wholeNameOf = (path: string): string | undefined => /^(.+)\.[0-9a-f]{8}\.part$/i.exec(path)?.[1];
