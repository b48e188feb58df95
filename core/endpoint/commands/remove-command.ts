import { lockFolder } from '../data-folder/folder-lock.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import { sayFarewell, type Farewell } from '../enrolment/leave.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { stopBackground } from '../service/background.ts';
import { assertRemovable, findInstallation, installedDataFolder, uninstall } from '../service/installation.ts';
import type { Installation } from '../service/installation.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder } from './join-command.ts';

/**
 * Removes the endpoint: tells the hub where it can be reached, stops what runs, deletes the key and the data, and takes
 * the program off the computer where an installer put it there. Nothing is deleted before it is clear that all can be.
 * @throws LatchkeyError `endpoint.needsRoot`, `endpoint.stillRunning`, `data.notWritable`
 */
export async function removeCommand(options: { readonly data?: string | undefined }, io: EndpointIo): Promise<void> {
  const folder = await chooseFolder(options.data, io.env);
  const installation = await installationOf(folder);
  if (installation) await assertRemovable(installation);
  await stopBackground(folder, installation);
  const farewell = await takeLeave(folder, new ComputerFacts());
  const emptied = await folder.erase();
  if (installation) await uninstall(installation);

  const localizer = endpointTexts(io.localizer.language);
  const lines = [localizer.t(farewellKeys[farewell.told])];
  if (farewell.told === 'no') lines.push(localizer.t(farewell.error.code, farewell.error.args));
  if (!emptied) lines.push(localizer.t('remove.othersLeft', { folder: folder.path }));
  if (installation) lines.push(localizer.t('remove.uninstalled'));
  const value = { removed: true, hubTold: farewell.told === 'yes', uninstalled: installation !== undefined };
  io.result(value, lines.join('\n'));
}

const farewellKeys: Readonly<Record<Farewell['told'], string>> = {
  yes: 'remove.done',
  no: 'remove.hubNotTold',
  notJoined: 'remove.wasNotJoined',
};

/** The installation that works with this folder: another folder's endpoint is no reason to take the program away. */
export async function installationOf(folder: DataFolder): Promise<Installation | undefined> {
  const installation = await findInstallation();
  return installation && installedDataFolder(installation) === folder.path ? installation : undefined;
}

/** Tells the hub, unless the endpoint runs. */
export async function takeLeave(folder: DataFolder, facts: FactsSource): Promise<Farewell> {
  let lock;
  try {
    lock = lockFolder(folder);
  } catch (error) {
    // There is no folder, hence nothing to tell.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { told: 'notJoined' };
    throw error;
  }
  try {
    return await sayFarewell(folder, facts);
  } finally {
    lock.dispose();
  }
}
