import { z } from 'zod';
import { request } from './messages.ts';
import { base64url, empty, id, name, timestamp } from './primitives.ts';

/** The most computers that one installer may bring in. */
export const installerLimit = 5000;

export const installerFormat = z.enum(['exe', 'msi', 'pkg', 'deb', 'run']);
export type InstallerFormat = z.output<typeof installerFormat>;

/** `full` and `expired` installers still take joins, which then wait for approval; a `revoked` one takes none. */
export const installerState = z.enum(['open', 'full', 'expired', 'revoked']);

export const installer = z.object({
  id,
  group: id,
  name: name.nullable(),
  limit: z.number().int().min(1).max(installerLimit),
  used: z.number().int().nonnegative(),
  state: installerState,
  createdAt: timestamp,
  createdBy: z.string(),
  expiresAt: timestamp.nullable(),
  revokedAt: timestamp.nullable(),
});
export type Installer = z.output<typeof installer>;

/** One line of an installer's ledger. */
export const installerUse = z.object({
  at: timestamp,
  device: id,
  /** As the computer said it when it joined. */
  hostName: z.string(),
  address: z.string(),
  /** `returned`: a computer that was a device already came back with it, and took no slot. */
  outcome: z.enum(['joined', 'waiting', 'approved', 'rejected', 'returned']),
});
export type InstallerUse = z.output<typeof installerUse>;

/** A format that the hub offers, and why not where it can't be had. */
export const offeredFormat = z.object({
  format: installerFormat,
  available: z.boolean(),
  /** A key of the error texts, where it is not available. */
  reason: z.string().optional(),
  /** Whether there is a package of it to try a roll-out with, which joins nothing. */
  test: z.boolean().optional(),
});

/** A file made for an installer. */
export const installerFile = z.object({
  /** Which installer's it is. */
  installer: id.optional(),
  /** The endpoint's version. */
  version: z.string().optional(),
  /** Whether the hub had it signed. */
  signed: z.boolean().optional(),
  /** A package that a roll-out is tried with: it goes through the motions and joins nothing. */
  test: z.boolean().optional(),
  format: installerFormat,
  fileName: z.string(),
  size: z.number().int(),
  /** Hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Path on the hub, to be fetched with the caller's own credentials. */
  path: z.string(),
});
export type InstallerFile = z.output<typeof installerFile>;

/**
 * What an installer carries to the computer, as JSON in a file that only its administrator can read. `signature` is the
 * hub's, over `installerConfigProof`: a changed installer is told from a true one before anything is sent anywhere.
 */
export const installerConfig = z.object({
  hub: z.url({ protocol: /^https?$/ }),
  hubKey: base64url,
  token: z.string().max(512),
  group: z.string(),
  signature: base64url,
});
export type InstallerConfig = z.output<typeof installerConfig>;
export const installerConfigProof = (config: Omit<InstallerConfig, 'signature'>): string =>
  ['latchkey installer 1', config.hub, config.hubKey, config.token, config.group].join('\n');

/**
 * `install.json` in the program's folder (`/opt/latchkey-endpoint`): how the endpoint came onto the computer, so that
 * updating and removing it need not guess.
 */
export const installRecord = z.object({
  format: installerFormat,
  version: z.string().max(32),
  /** What was installed outside the program's folder and the data folder: absolute paths, `root` not included. */
  files: z.array(z.string().max(4096)).max(64),
  /** The folder that stands for `/`; empty where it is the computer's own. */
  root: z.string().max(4096),
  /** Windows Installer's code of the product, `{…}`, where an MSI brought it: `msiexec /x` takes it away again. */
  product: z.string().max(38).optional(),
});
export type InstallRecord = z.output<typeof installRecord>;

/** What the EXE, the MSI and the installed program agree on. */
export const windowsInstallation = {
  /** Below *Program Files*; also what people see as the program's name. */
  folder: 'Latchkey Endpoint',
  program: 'latchkey-endpoint.exe',
  service: 'LatchkeyEndpoint',
  /** Below HKEY_LOCAL_MACHINE. Only administrators and the system can read it. */
  registryKey: 'SOFTWARE\\Latchkey Endpoint',
  /**
   * There where the MSI was given another token than its own (`ENROLL_TOKEN=` on the command line, an MST): it takes the place
   * of the one in `installer.json`. Deleted once the computer has joined.
   */
  tokenValue: 'EnrollToken',
  /** Called by the MSI before it takes the files away: says good-bye to the hub and erases the data, and leaves the program. */
  leaveCommand: 'leave',
  /** Called by the MSI in its place where another version follows: ends what runs of the program, and keeps the data. */
  stepAsideCommand: 'step-aside',
} as const;

export const installerRequests = {
  /** Those of the groups that the caller is assigned to, newest first. */
  list: request('installers/list', z.object({ group: id.optional() }), z.array(installer)),
  formats: request('installers/formats', empty, z.array(offeredFormat)),
  /** `expiresAt` null: it never expires. The token is shown in this answer and inside the files, nowhere else. */
  generate: request(
    'installers/generate',
    z.object({
      group: id,
      name: name.nullable().default(null),
      limit: z.number().int().min(1).max(installerLimit).default(installerLimit),
      expiresAt: timestamp.nullable().default(null),
    }),
    z.object({ installer, token: z.string() }),
  ),
  /** Makes the file, reports progress while the payload is first compressed, and says where to fetch it. */
  prepare: request(
    'installers/prepare',
    /** `test`: the package that a roll-out is tried with, for `msi` alone. */
    z.object({ installer: id, format: installerFormat, test: z.boolean().optional() }),
    installerFile,
  ),
  ledger: request('installers/ledger', z.object({ installer: id }), z.array(installerUse)),
  revoke: request('installers/revoke', z.object({ installer: id }), installer),
};
