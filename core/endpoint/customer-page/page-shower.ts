import { z } from 'zod';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { request } from '#protocol/messages.ts';
import { empty } from '#protocol/primitives.ts';
import { connectToControl, type ControlClient } from '../control/control-client.ts';
import type { DesktopUser } from './desktop-user.ts';
import { openInBrowser } from './open-browser.ts';
import { writeRedirectFile, type RedirectFile } from './redirect-file.ts';

/** How the page was brought to the customer. */
export interface Opening {
  /** The file that leads to it, for one browser. */
  readonly file: string;
  /** Whether a browser took it; else somebody has to open the file. */
  readonly shown: boolean;
}

/** Brings an address before the customer's eyes, unseen by others. */
export interface PageShower {
  /** In the place of the one before. */
  show(address: string): Promise<Opening>;
  /** What leads to the address goes. */
  discard(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By this program itself. */
export function ownShower(user: DesktopUser, env: Environment): PageShower {
  let redirect: RedirectFile | undefined;
  const discard = async (): Promise<void> => {
    const last = redirect;
    redirect = undefined;
    await last?.remove();
  };
  return {
    async show(address) {
      await discard();
      const own = await writeRedirectFile(address, user);
      redirect = own;
      return { file: own.path, shown: await openInBrowser(own.path, user, env) };
    },
    discard,
  };
}

/*
 * By another program: Windows gives a program other rights by starting it anew, and what has an administrator's rights should
 * open no browser. The program that the customer started stays, and shows what the other one asks it to.
 */
const requests = {
  show: request(
    'shower/show',
    // One page of the customer app's, and nothing else.
    z.object({ address: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}\/#[\w-]{1,128}$/) }),
    z.object({ file: z.string(), shown: z.boolean() }),
  ),
  discard: request('shower/discard', empty, empty),
};

/** To be shown by the program at the other end of a socket. */
export async function distantShower(path: string): Promise<PageShower & Pick<ControlClient, 'close'>> {
  const { rpc, close } = await connectToControl(path);
  return {
    show: (address) => rpc.request(requests.show, { address }),
    discard: () =>
      rpc.request(requests.discard, {}).then(
        () => {},
        () => {},
      ),
    close,
  };
}

/** The other end. */
export function serveShower(rpc: RpcConnection, shower: PageShower): void {
  rpc.handle(requests.show, ({ address }) => shower.show(address));
  rpc.handle(requests.discard, async () => {
    await shower.discard();
    return {};
  });
}
