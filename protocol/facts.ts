import { z } from 'zod';
import { timestamp } from './primitives.ts';

const text = z.string().max(255);

export const platform = z.enum(['windows', 'macos', 'linux']);
export type Platform = z.output<typeof platform>;

export const system = z.object({
  platform,
  /** As its maker writes it: `Windows 11 Pro`, `Debian GNU/Linux 12 (bookworm)`. */
  name: text,
  version: text,
});
export type System = z.output<typeof system>;

/** What an endpoint says of its computer. A field that cannot be read there is absent, never made up. */
export const deviceFacts = z.object({
  hostName: z.string().min(1).max(255),
  system,
  architecture: z.string().max(32),
  endpointVersion: z.string().max(32),
  /** Accounts signed in at the computer. */
  users: z.array(text).max(64),
  interfaces: z
    .array(
      z.object({
        name: text,
        /** Lower-case, colons: `00:1a:2b:3c:4d:5e`. */
        mac: z.string().regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
        /** With prefix length: `192.168.7.4/24`, `fe80::1/64`. */
        addresses: z.array(z.string().max(64)).max(32),
      }),
    )
    .max(64),
  serial: text.optional(),
  smbiosUuid: text.optional(),
  /** The domain that the computer is a member of, as DNS writes it: `corp.example.com`. */
  domain: text.optional(),
  /** Where its account is in the domain, as a distinguished name: `OU=Berlin,OU=Computers,DC=corp,DC=example,DC=com`. */
  ou: z.string().max(1024).optional(),
  manufacturer: text.optional(),
  model: text.optional(),
  processor: text.optional(),
  memoryBytes: z.number().int().nonnegative().optional(),
  bootedAt: timestamp,
});
export type DeviceFacts = z.output<typeof deviceFacts>;
