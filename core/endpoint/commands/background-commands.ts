import { LatchkeyError } from '#protocol/errors.ts';
import { readEnrolment } from '../enrolment/enrolment-file.ts';
import { startInBackground, stopBackground } from '../service/background.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder } from './join-command.ts';
import { installationOf } from './remove-command.ts';

interface Options {
  readonly data?: string | undefined;
}

/** Starts the endpoint in the background. */
export async function startCommand(options: Options, io: EndpointIo): Promise<void> {
  const folder = await chooseFolder(options.data, io.env);
  const installation = await installationOf(folder);
  if (!installation && !(await readEnrolment(folder.enrolmentFile))) {
    throw new LatchkeyError('endpoint.notJoined', { folder: folder.path });
  }
  const pid = await startInBackground(folder, installation);
  const localizer = endpointTexts(io.localizer.language);
  if (pid === undefined) throw new LatchkeyError('endpoint.endedAtOnce', { file: folder.logFile });
  io.result({ process: pid }, localizer.t('start.done', { process: String(pid) }));
}

/** Stops the endpoint that runs in the background. */
export async function stopCommand(options: Options, io: EndpointIo): Promise<void> {
  const folder = await chooseFolder(options.data, io.env);
  const stopped = await stopBackground(folder, await installationOf(folder));
  io.result({ stopped }, endpointTexts(io.localizer.language).t(stopped ? 'run.stopped' : 'status.notRunning'));
}
