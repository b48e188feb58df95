import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LatchkeyError } from '#protocol/errors.ts';
import { DataFolder, defaultDataFolder } from '../data-folder/data-folder.ts';
import { lockFolder, runningProcess } from '../data-folder/folder-lock.ts';
import type { Enrolment } from '../enrolment/enrolment-file.ts';
import { invitationFromFile, invitationOf, type Invitation } from '../enrolment/invitation.ts';
import { existingEnrolment, join } from '../enrolment/join.ts';
import { isBeingRemoved } from '../removal/removal-file.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import { findInstallation, installedDataFolder } from '../service/installation.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';

export interface JoinOptions {
  readonly hub?: string | undefined;
  readonly token?: string | undefined;
  /** A file that holds the token: everybody on a computer can see its command lines. */
  readonly tokenFile?: string | undefined;
  /** An installer's configuration, in place of the two above. */
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  /** Seconds for which a hub that cannot be reached is looked for again. */
  readonly patience?: string | undefined;
}

/** The folder asked for, else the installation's, else the account's. */
export async function chooseFolder(data: string | undefined, env: EndpointIo['env']): Promise<DataFolder> {
  if (data) return new DataFolder(data);
  const installation = await findInstallation();
  return new DataFolder(installation ? installedDataFolder(installation) : defaultDataFolder(env));
}

/**
 * Joins a hub. Joined already by the same installer, it says so and changes nothing.
 * @throws LatchkeyError
 */
export async function joinCommand(options: JoinOptions, io: EndpointIo): Promise<void> {
  const invitation = await invited(options, io);
  const folder = await chooseFolder(options.data, io.env);
  await clearRemoved(folder);
  let enrolment = await existingEnrolment(folder, invitation);
  const alreadyJoined = enrolment !== undefined;
  if (!enrolment) {
    await folder.prepare();
    const lock = lockFolder(folder);
    try {
      const hubAway = Math.min(Number(options.patience) || 0, 600);
      enrolment = await join(folder, invitation, new ComputerFacts(), { signal: io.signal, hubAway });
    } catch (error) {
      throw io.signal.aborted ? new LatchkeyError('rpc.cancelled', {}, { cause: error }) : error;
    } finally {
      lock.dispose();
    }
  }
  if (options.config) await discardOwnConfig(options.config);
  report(enrolment, alreadyJoined, folder, io);
}

/** What an interrupted removal has left is no obstacle to a new beginning, which somebody has asked for. */
async function clearRemoved(folder: DataFolder): Promise<void> {
  if ((await isBeingRemoved(folder)) && runningProcess(folder) === undefined) await folder.erase();
}

async function invited(options: JoinOptions, io: EndpointIo): Promise<Invitation> {
  if (options.config) return invitationFromFile(options.config);
  const token = options.tokenFile ? await readToken(options.tokenFile) : options.token;
  if (options.hub && token) return invitationOf(options.hub, token);
  throw new LatchkeyError('cli.usage', { problem: endpointTexts(io.localizer.language).t('join.what') });
}

async function readToken(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LatchkeyError('file.unreadable', { file, reason: (error as Error).message }, { cause: error });
  }
}

/** The token in it has done its work. A file that somebody else put elsewhere is theirs. */
export async function discardOwnConfig(file: string): Promise<void> {
  const installation = await findInstallation();
  if (installation && resolve(file) === resolve(installation.configFile)) await rm(file, { force: true });
}

function report({ hub, standing }: Enrolment, alreadyJoined: boolean, folder: DataFolder, io: EndpointIo): void {
  const { t } = texts(io);
  const { device, group, state, waitingFor } = standing;
  const value = { device, group, state, ...(waitingFor && { waitingFor }), hub, alreadyJoined, folder: folder.path };
  const lines = [
    t(alreadyJoined ? 'join.already' : 'join.done', { hub }),
    t('join.device', { device, group }),
    t(state === 'waiting' ? 'join.waiting' : 'join.state', { state, reason: waitingFor ?? 'other' }),
  ];
  io.result(value, lines.join('\n'));
}

const texts = (io: EndpointIo): { t: (key: string, args?: Record<string, string | number>) => string } => {
  const localizer = endpointTexts(io.localizer.language);
  return { t: (key, args) => localizer.t(key, args) };
};
