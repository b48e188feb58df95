import { access } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { EndpointStanding } from '#protocol/endpoint.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { Localizer } from '#core/base/l10n/localizer.ts';
import { platformAccounts } from '../accounts/platform-accounts.ts';
import { EndpointConnection, type ConnectionState, type ConnectionTimings } from '../connection/endpoint-connection.ts';
import { startCustomerSide } from '../customer-app/customer-side.ts';
import type { DataFolder } from '../data-folder/data-folder.ts';
import { lockFolder } from '../data-folder/folder-lock.ts';
import { readEnrolment, writeEnrolment, type Enrolment } from '../enrolment/enrolment-file.ts';
import { invitationFromFile, type Invitation } from '../enrolment/invitation.ts';
import { ensureIdentity, recordEnrolment } from '../enrolment/join.ts';
import { ComputerFacts } from '../facts/computer-facts.ts';
import type { FactsSource } from '../facts/facts-source.ts';
import { keyReplacement, readIdentity } from '../identity/identity-file.ts';
import { LogFile } from '../log/log-file.ts';
import type { PasswordVault } from '../passwords/password-vault.ts';
import { platformStoredSignIn } from '../passwords/platform-stored-sign-in.ts';
import { platformVault } from '../passwords/platform-vault.ts';
import { isBeingRemoved } from '../removal/removal-file.ts';
import { reportRemoval, type RemovalReporter } from '../removal/removal-report.ts';
import { SelfRemoval } from '../removal/self-removal.ts';
import { assertRemovable } from '../service/installation.ts';
import { EndpointSessions } from '../sessions/endpoint-sessions.ts';
import { systemNotice } from '../sessions/system-notice.ts';
import { discardGivenToken, givenInvitation } from '../enrolment/given-token.ts';
import { StatusWriter } from '../status/status-file.ts';
import { serveWake } from '../wake/serve-wake.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder, discardOwnConfig } from './join-command.ts';
import { installationOf } from './remove-command.ts';

export interface RunOptions {
  readonly data?: string | undefined;
  /** Joins with this installer's configuration first, where the computer has not joined yet. */
  readonly config?: string | undefined;
  /** For tests. */
  readonly timings?: Partial<ConnectionTimings>;
  readonly facts?: FactsSource;
  readonly vault?: PasswordVault;
  readonly page?: string;
}

/** Milliseconds between two records of the last contact. */
const contactInterval = 60_000;

/**
 * Stays connected until told to stop, or until the hub has the endpoint removed, which is done here too. Where an
 * installation was not yet able to join, that comes first, however long it takes.
 * @throws LatchkeyError `endpoint.notJoined`, `endpoint.alreadyRunning`, `endpoint.dataDamaged`, or why the hub refused
 */
export async function runCommand(options: RunOptions, io: EndpointIo): Promise<void> {
  const folder = await chooseFolder(options.data, io.env);
  const localizer = endpointTexts(io.localizer.language);
  const config = options.config ?? (await unusedConfig(folder));
  if (await isBeingRemoved(folder)) return finishRemoval(folder, io, options);
  if (!config && !(await readEnrolment(folder.enrolmentFile))) {
    throw new LatchkeyError('endpoint.notJoined', { folder: folder.path });
  }
  await folder.prepare();
  const lock = lockFolder(folder);
  try {
    const run = await prepareRun(folder, config, localizer, io, options);
    await run();
  } finally {
    lock.dispose();
  }
}

async function prepareRun(
  folder: DataFolder,
  config: string | undefined,
  localizer: Localizer,
  io: EndpointIo,
  options: RunOptions,
): Promise<() => Promise<void>> {
  const log = logger(folder, io);
  let enrolment = await readEnrolment(folder.enrolmentFile);
  // An update brings them along once more.
  if (enrolment) await discardTokens(config);
  const invitation = enrolment || !config ? undefined : givenInvitation(await invitationFromFile(config));
  const keys = enrolment ? await readIdentity(folder.identityFile) : await ensureIdentity(folder);
  if (!keys) throw new LatchkeyError('endpoint.dataDamaged', { file: folder.identityFile, problem: 'ENOENT' });
  const hub = enrolment ? { address: enrolment.hub, key: enrolment.hubKey } : invitation?.hub;
  if (!hub) throw new LatchkeyError('endpoint.notJoined', { folder: folder.path });

  const status = new StatusWriter(folder.statusFile, (error) => log(String((error as Error).message)));
  let lastContactAt: number | null = null;
  let written = 0;
  const connection = new EndpointConnection({
    hub,
    keys,
    replacement: keyReplacement(folder.identityFile),
    facts: options.facts ?? new ComputerFacts(),
    ...(invitation && { token: invitation.token }),
    ...(options.timings && { timings: options.timings }),
    onProblem: log,
    isUrgent: () => sessions.anyOpen,
    async assertRemovable() {
      const installation = await installationOf(folder);
      if (installation) await assertRemovable(installation);
    },
  });
  const notice = systemNotice(log);
  const accounts = platformAccounts();
  const sessions = new EndpointSessions({
    computer: hostname(),
    accounts,
    accountNeeded: true,
    storedSignIn: platformStoredSignIn(folder, accounts, log),
    ...(notice && { notice }),
    unfinishedFile: folder.unfinishedFile,
    onProblem: log,
  });
  connection.conversation$.subscribe((rpc) => {
    sessions.attach(rpc);
    serveWake(rpc);
  });
  const customer = await startCustomerSide({
    folder,
    hub: hub.address,
    connection,
    sessions,
    vault: options.vault ?? platformVault(folder),
    standing: enrolment?.standing,
    account: '',
    onProblem: log,
    page: options.page,
  });
  const writeStatus = (): void => {
    const state = connection.current;
    const error = 'error' in state ? state.error.toData() : null;
    written = Date.now();
    status.write({ process: process.pid, connected: state.kind === 'connected', lastContactAt, error });
  };

  // One record after the other: what the hub said last must be what stays on disk.
  let recording: Promise<void> = Promise.resolve();
  const record = (standing: EndpointStanding): void => {
    recording = recording
      .then(async () => {
        if (enrolment) {
          enrolment = { ...enrolment, standing } satisfies Enrolment;
          await writeEnrolment(folder.enrolmentFile, enrolment);
        } else {
          enrolment = await recordEnrolment(folder, invitation as Invitation, standing);
          await discardTokens(config);
        }
      })
      .catch((error: unknown) => log(describe(error, localizer)));
  };

  return async () => {
    const stop = (): void => {
      // First, so that the hub still hears of it.
      void sessions.dispose();
      void connection.stop();
    };
    io.signal.addEventListener('abort', stop);
    if (io.signal.aborted) stop();
    connection.contact$.subscribe(() => {
      lastContactAt = Date.now();
      if (lastContactAt - written > contactInterval) writeStatus();
    });
    connection.state$.subscribe((state) => {
      if (state.kind === 'connected') record(state.standing);
      log(sayState(state, hub.address, localizer));
      writeStatus();
    });
    await connection.run();
    io.signal.removeEventListener('abort', stop);
    await Promise.all([recording, status.settled(), sessions.dispose(), customer.dispose()]);
    const end = connection.current;
    if (end.kind === 'refused') throw end.error;
    if (end.kind !== 'removed') return;
    // A customer's own leave the hub has heard of already.
    await removeSelf(folder, io, options, end.reason === 'left' ? undefined : { hub, keys });
  };
}

/** An earlier process had begun to remove the endpoint, and was ended. */
async function finishRemoval(folder: DataFolder, io: EndpointIo, options: RunOptions): Promise<void> {
  const lock = lockFolder(folder);
  try {
    // What is damaged is no reason to stay: then the hub is not told.
    const enrolment = await readEnrolment(folder.enrolmentFile).catch(() => undefined);
    const keys = await readIdentity(folder.identityFile).catch(() => undefined);
    const told = enrolment && keys && { hub: { address: enrolment.hub, key: enrolment.hubKey }, keys };
    await removeSelf(folder, io, options, told);
  } finally {
    lock.dispose();
  }
}

/** This computer is taken out: nothing of the endpoint stays on it. @param reporter absent: the hub is not told how it goes */
async function removeSelf(
  folder: DataFolder,
  io: EndpointIo,
  options: RunOptions,
  reporter: Pick<RemovalReporter, 'hub' | 'keys'> | undefined,
): Promise<void> {
  const localizer = endpointTexts(io.localizer.language);
  const log = logger(folder, io);
  const installation = await installationOf(folder);
  const retryFirst = options.timings?.retryFirst;
  const removal = new SelfRemoval({
    folder,
    installation,
    signal: io.signal,
    retryFirst,
    onProblem: (problem) => log(describe(problem, localizer)),
    report: async (stage, problem) => reporter && reportRemoval({ ...reporter, retryFirst }, stage, problem, io.signal),
  });
  if (await removal.run()) io.note(localizer.t(installation ? 'remove.uninstalled' : 'remove.erased'));
}

/** What an installer left to join with, where it could not at once. */
async function unusedConfig(folder: DataFolder): Promise<string | undefined> {
  const file = (await installationOf(folder))?.configFile;
  if (!file) return undefined;
  return access(file).then(
    () => file,
    () => undefined,
  );
}

/** Whatever it was that the computer joined with: it is not needed again. */
async function discardTokens(config: string | undefined): Promise<void> {
  if (config) await discardOwnConfig(config);
  discardGivenToken();
}

/** To standard error, and to a file in the folder where no journal keeps what is written there. */
function logger(folder: DataFolder, io: EndpointIo): (line: string) => void {
  const file = io.env['JOURNAL_STREAM'] === undefined ? new LogFile(folder.logFile) : undefined;
  return (line) => {
    io.note(line);
    file?.write(line);
  };
}

function describe(error: unknown, localizer: Localizer): string {
  return error instanceof LatchkeyError ? localizer.t(error.code, error.args) : String((error as Error).message);
}

function sayState(state: ConnectionState, hub: string, localizer: Localizer): string {
  switch (state.kind) {
    case 'connecting':
      return localizer.t('run.connecting', { hub });
    case 'connected': {
      const { device, group, state: standing, waitingFor } = state.standing;
      const key = standing === 'waiting' ? 'run.waiting' : 'run.connected';
      return localizer.t(key, { hub, device, group, state: standing, reason: waitingFor ?? 'other' });
    }
    case 'disconnected':
      return localizer.t('run.disconnected', {
        reason: describe(state.error, localizer),
        seconds: Math.max(1, Math.round(state.retryIn)),
      });
    case 'removed':
      return localizer.t('run.removed', { reason: state.reason });
    case 'refused':
      return describe(state.error, localizer);
    case 'stopped':
      return localizer.t('run.stopped');
  }
}
