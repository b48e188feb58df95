import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LatchkeyError } from '#protocol/errors.ts';
import { request } from '#protocol/messages.ts';
import { empty } from '#protocol/primitives.ts';
import { connectToControl } from '../../control/control-client.ts';
import { ControlSocket } from '../../control/control-socket.ts';
import { DataFolder, defaultDataFolder } from '../../data-folder/data-folder.ts';
import { readEnrolment } from '../../enrolment/enrolment-file.ts';
import { invitationOf } from '../../enrolment/invitation.ts';
import { heldVault } from '../../passwords/windows/held-vault.ts';
import { sealedPassword } from '../../passwords/windows/windows-vault.ts';
import { programFile } from '../../program/single-program.ts';
import { programFolder } from '../../service/windows/windows-installation.ts';
import { isElevated } from '../../windows/file-security.ts';
import { runElevated } from '../../windows/run-elevated.ts';
import type { AppInstaller } from '../app-installer.ts';
import { installProgram } from './install-program.ts';

/** The program that is started anew with an administrator's rights, to install: its command, and where it asks what to do. */
export const installCommand = 'install-app';
const prefix = '\\\\.\\pipe\\latchkey-install-';

/** No command line shows the token, nor anybody's password. */
const order = z.object({
  hub: z.string(),
  token: z.string(),
  description: z.string(),
  password: sealedPassword.nullable(),
});
type Order = z.output<typeof order>;
const requests = {
  order: request('install/order', empty, order),
  failed: request('install/failed', z.object({ error: z.unknown() }), empty),
};

/**
 * Installs the endpoint for good, out of a customer app that runs.
 * @param programSize how much of the file is the program: what is behind stays where it is
 * @param description what the list of services says
 */
export function windowsAppInstaller(programSize: number, description: string): AppInstaller {
  const vault = heldVault();
  return {
    vault,
    obstacle: alreadySetUp,
    async install(hub, token, signal) {
      const wanted = { hub, token, description, password: vault.held ?? null };
      if (isElevated()) await carryOut(wanted, programSize, signal);
      else await haveInstalled(wanted);
      await vault.forget();
    },
  };
}

/** With an administrator's rights, in another process. */
async function haveInstalled(wanted: Order): Promise<void> {
  let failure: LatchkeyError | undefined;
  const path = `${prefix}${randomBytes(16).toString('hex')}`;
  const socket = await ControlSocket.listen({
    path,
    serve(rpc) {
      rpc.handle(requests.order, () => wanted);
      rpc.handle(requests.failed, ({ error }) => {
        failure = LatchkeyError.fromData(error);
        return {};
      });
    },
    onProblem: () => {},
  });
  try {
    const code = await runElevated(programFile(), [installCommand, path]);
    if (code === undefined) throw new LatchkeyError('setUp.notElevated');
    if (failure) throw failure;
    if (code !== 0) throw new LatchkeyError('setUp.installFailed', { reason: String(code) });
  } finally {
    await socket.close();
  }
}

/**
 * That other process.
 * @returns the exit code
 */
export async function runOrderedInstallation(path: string, programSize: number): Promise<number> {
  if (!path.startsWith(prefix) || !/^[0-9a-f]{32}$/.test(path.slice(prefix.length))) return 2;
  const { rpc, close } = await connectToControl(path);
  try {
    await carryOut(await rpc.request(requests.order, {}), programSize);
    return 0;
  } catch (error) {
    const told = error instanceof LatchkeyError ? error : failed(error);
    await rpc.request(requests.failed, { error: told.toData() }).catch(() => {});
    return 1;
  } finally {
    close();
  }
}

async function carryOut(
  { hub, token, description, password }: Order,
  size: number,
  signal?: AbortSignal,
): Promise<void> {
  try {
    const invitation = invitationOf(hub, token);
    await installProgram({
      program: { file: programFile(), size },
      format: 'exe',
      invitation,
      description,
      ...(password && { password }),
      signal,
    });
  } catch (error) {
    if (!(error instanceof LatchkeyError)) throw failed(error);
    if (error.code === 'endpoint.alreadyJoined') throw (await alreadySetUp()) ?? error;
    throw error;
  }
}

const failed = (error: unknown): LatchkeyError =>
  new LatchkeyError('setUp.installFailed', { reason: (error as Error).message.slice(0, 200) }, { cause: error });

/** As far as this account may know. */
async function alreadySetUp(): Promise<LatchkeyError | undefined> {
  if (!existsSync(join(programFolder(), 'install.json'))) return undefined;
  const enrolment = await readEnrolment(new DataFolder(defaultDataFolder()).enrolmentFile).catch(() => undefined);
  return new LatchkeyError('setUp.alreadySetUp', { device: enrolment?.standing.device ?? '?' });
}
