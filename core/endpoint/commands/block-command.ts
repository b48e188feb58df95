import { customerRequests } from '#protocol/customer-page.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { connectToControl } from '../control/control-client.ts';
import { endpointTexts, type EndpointIo } from './endpoint-io.ts';
import { chooseFolder } from './join-command.ts';

interface Options {
  readonly data?: string | undefined;
}

/**
 * The customer's own switch, without the page: blocks access, or opens it again.
 * @throws LatchkeyError `customerApp.notRunning`, `endpoint.needsRoot`, `file.unwritable`
 */
export const blockCommand =
  (blocked: boolean) =>
  async (options: Options, io: EndpointIo): Promise<void> => {
    const folder = await chooseFolder(options.data, io.env);
    const client = await connectToControl(folder.controlSocket).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') throw new LatchkeyError('endpoint.needsRoot');
      throw new LatchkeyError('customerApp.notRunning', { folder: folder.path }, { cause: error });
    });
    try {
      await client.rpc.request(customerRequests.setBlocked, { blocked });
    } finally {
      client.close();
    }
    io.result({ blocked }, endpointTexts(io.localizer.language).t(blocked ? 'access.blocked' : 'access.unblocked'));
  };
