import { LatchkeyError } from '#protocol/errors.ts';
import { version } from '#core/base/version.ts';
import { runningProcess } from '../data-folder/folder-lock.ts';
import { readEnrolment } from '../enrolment/enrolment-file.ts';
import { readStatus } from '../status/status-file.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder } from './join-command.ts';

/**
 * Says how it stands with this computer. Neither the key nor a token is in it.
 * @throws LatchkeyError `endpoint.dataDamaged`, `file.unreadable`
 */
export async function statusCommand(options: { readonly data?: string | undefined }, io: EndpointIo): Promise<void> {
  const folder = await chooseFolder(options.data, io.env);
  const enrolment = await readEnrolment(folder.enrolmentFile);
  const running = runningProcess(folder);
  const told = await readStatus(folder.statusFile);
  const live = told?.process === running ? told : undefined;
  const connected = live?.connected ?? false;
  const value = {
    joined: enrolment !== undefined,
    hub: enrolment?.hub ?? null,
    device: enrolment?.standing.device ?? null,
    group: enrolment?.standing.group ?? null,
    state: enrolment?.standing.state ?? null,
    waitingFor: enrolment?.standing.waitingFor ?? null,
    running: running !== undefined,
    process: running ?? null,
    connected,
    lastContactAt: told?.lastContactAt ?? null,
    error: live?.error ?? null,
    version,
    folder: folder.path,
  };

  const localizer = endpointTexts(io.localizer.language);
  const lines: string[] = [];
  if (enrolment) {
    const { device, group, state, waitingFor } = enrolment.standing;
    lines.push(localizer.t('status.joined', { hub: enrolment.hub }), localizer.t('join.device', { device, group }));
    lines.push(
      localizer.t(state === 'waiting' ? 'join.waiting' : 'join.state', { state, reason: waitingFor ?? 'other' }),
    );
  } else {
    lines.push(localizer.t('status.notJoined', { folder: folder.path }));
  }
  if (running === undefined) lines.push(localizer.t('status.notRunning'));
  else lines.push(localizer.t(connected ? 'status.connected' : 'status.notConnected', { process: String(running) }));
  const error = LatchkeyError.fromData(live?.error);
  if (error && !connected) lines.push(localizer.t(error.code, error.args));
  if (value.lastContactAt !== null)
    lines.push(localizer.t('status.lastContact', { at: new Date(value.lastContactAt) }));
  io.result(value, lines.join('\n'));
}
