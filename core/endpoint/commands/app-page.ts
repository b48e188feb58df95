import type { Localizer } from '#core/base/l10n/localizer.ts';
import { CustomerPage } from '../customer-page/customer-page.ts';
import type { CustomerApp } from '../customer-page/customer-app.ts';
import type { PageShower } from '../customer-page/page-shower.ts';
import type { DesktopUser } from '../customer-page/desktop-user.ts';
import { PageKeeper } from '../customer-page/page-keeper.ts';
import type { EndpointIo } from './endpoint-io.ts';

export interface AppPageOptions {
  readonly app: CustomerApp;
  readonly user: DesktopUser;
  readonly localizer: Localizer;
  readonly onProblem: (problem: string) => void;
  readonly onGivenUp: () => void;
  /** What brings the page to the customer, where this program does not. */
  readonly shower?: PageShower | undefined;
  readonly isOver?: () => boolean;
  /** Of the built page, for tests. */
  readonly folder?: string | undefined;
  /** Seconds, for tests. */
  readonly grace?: number | undefined;
}

/** The page of an app that runs in a terminal, which says where the page is. */
export interface AppPage {
  readonly keeper: PageKeeper;
  close(): Promise<void>;
}

/** @throws LatchkeyError `file.unreadable` */
export async function openAppPage(options: AppPageOptions, io: EndpointIo): Promise<AppPage> {
  const { app, user, localizer, onProblem, onGivenUp, isOver, shower, folder, grace } = options;
  const page = await CustomerPage.start({
    app,
    user,
    env: io.env,
    onProblem,
    shower,
    ...(folder !== undefined && { folder }),
  });
  const keeper = new PageKeeper({
    page,
    onOpened: ({ file, shown }) => io.note(localizer.t(shown ? 'app.opened' : 'app.openFile', { file })),
    onProblem,
    onGivenUp,
    ...(isOver && { isOver }),
    ...(grace !== undefined && { grace }),
  });
  await keeper.open();
  return {
    keeper,
    async close() {
      await keeper.dispose();
      await page.close();
    },
  };
}
