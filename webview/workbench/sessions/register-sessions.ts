import { map, startWith } from 'rxjs';
import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { ContextKeyService } from '#core/workbench/context-keys/context-key-service.ts';
import { EditorService, type EditorTab } from '#core/workbench/editors/editor-service.ts';
import { LocalizationService } from '#core/workbench/l10n/localization-service.ts';
import { MenuService } from '#core/workbench/menus/menu-service.ts';
import { NotificationService } from '#core/workbench/notifications/notification-service.ts';
import { CommandService } from '#core/workbench/commands/command-service.ts';
import { sessionEditorKind } from '#core/workbench/sessions/session-editor.ts';
import { SessionNames } from '#core/workbench/sessions/session-names.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { TerminalService } from '#core/workbench/sessions/terminal-service.ts';
import { terminalSettings } from '#core/workbench/sessions/terminal-settings.ts';
import { ViewRegistry } from '#core/workbench/views/view-registry.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import { registerEditor } from '../editors/editor-registry.ts';
import { choose } from '../dialogs/choose-dialog.ts';
import { refuseStrayDrops } from './files/stray-drops.ts';
import { LiveSessionsSource, RecentSessionsSource } from './sessions-source.ts';

const container = 'sessions';
const localize = (text: string): string => {
  const key = /^%(.+)%$/.exec(text)?.[1];
  return key === undefined ? text : t(key);
};
const contributor = { id: 'latchkey', localize };

/** Sessions in the workbench: the view in the side bar, the tab of one, what stands in its toolbar, and what is asked. */
export function registerSessions(): Disposable {
  const store = new DisposableStore();
  registerEditor({
    kind: sessionEditorKind,
    tag: 'lk-session-page',
    title: ({ id }) => {
      const session = inject(SessionService).get(id);
      return session && inject(SessionNames).of(session);
    },
    load: () => import('./session-page.ts'),
  });
  const settings = { id: 'latchkey', localize: inject(LocalizationService).localize };
  store.add(inject(ConfigurationService).register(terminalSettings, settings));
  store.add(registerViews());
  store.add(registerToolbar());
  store.add(countSessions());
  store.add(tellOfRequests());
  store.add(refuseStrayDrops());
  store.add(inject(EditorService).guardClosing(sessionEditorKind, askBeforeClosing));
  return store;
}

function registerViews(): Disposable {
  const store = new DisposableStore();
  const views = inject(ViewRegistry);
  const [sessions, names] = [inject(SessionService), inject(SessionNames)];
  const title = '%sessions.title%';
  store.add(
    views.registerContainer({ id: container, title, icon: 'remote', order: 1, location: 'activitybar' }, contributor),
  );
  store.add(
    views.registerView(
      { id: 'sessions', container, name: '%sessions.view.live%', kind: 'tree', order: 0 },
      contributor,
    ),
  );
  store.add(
    views.registerView(
      { id: 'sessions.recent', container, name: '%sessions.view.recent%', kind: 'tree', order: 1 },
      contributor,
    ),
  );
  store.add(views.registerSource('sessions', new LiveSessionsSource(sessions, names)));
  store.add(views.registerSource('sessions.recent', new RecentSessionsSource(sessions, names)));
  store.add(views.registerWelcome({ view: 'sessions', contents: '%sessions.welcome%' }, contributor));
  store.add(views.registerWelcome({ view: 'sessions.recent', contents: '%sessions.noneRecent%' }, contributor));
  return store;
}

function registerToolbar(): Disposable {
  const store = new DisposableStore();
  const menus = inject(MenuService);
  const items = [
    { command: 'session.openTerminal', when: 'session.state == active && session.joined', group: 'navigation@1' },
    { command: 'session.handOver', when: 'session.inControl && session.others', group: 'navigation@2' },
    { command: 'session.askControl', when: 'session.joined && !session.inControl', group: 'navigation@2' },
    { command: 'session.leave', when: 'session.joined && session.state != ended', group: 'navigation@8' },
  ];
  for (const item of items) store.add(menus.register('session/title', item));
  const rows = [
    { command: 'session.show', group: '1_show' },
    { command: 'session.join', when: 'viewItem == session.other', group: 'inline@1' },
    { command: 'session.handOver', when: 'viewItem == session.mine', group: '2_part@1' },
    { command: 'session.leave', when: 'viewItem == session.mine', group: '2_part@2' },
  ];
  for (const { when = 'viewItem =~ /^session/', ...item } of rows) {
    store.add(menus.register('view/item/context', { ...item, when }));
  }
  return store;
}

/** Keeps `sessions.total` and `sessions.mine`, and leaves nothing of a session that is over. */
function countSessions(): Disposable {
  const sessions = inject(SessionService);
  const counts = sessions.sessions$.pipe(startWith(sessions.sessions));
  const subscription = counts.subscribe((live) =>
    inject(ContextKeyService).setAll({
      'sessions.total': live.length,
      'sessions.mine': live.filter((session) => sessions.takesPart(session)).length,
    }),
  );
  subscription.add(
    sessions.ended$.pipe(map(({ id }) => id)).subscribe((id) => {
      // Their last lines stay as long as the page is drawn.
      setTimeout(() => inject(TerminalService).forgetAll(id), 1000);
    }),
  );
  return { dispose: () => subscription.unsubscribe() };
}

/** Somebody who looks on would like to work. */
function tellOfRequests(): Disposable {
  const sessions = inject(SessionService);
  const subscription = sessions.controlAsked$.subscribe(async ({ session: id, technician, name }) => {
    const session = sessions.get(id);
    const computer = session ? inject(SessionNames).of(session) : '';
    const shown = inject(NotificationService).info(t('sessions.controlAsked', { name, computer }), {
      actions: [
        { id: 'handOver', title: t('sessions.handOverTo', { name }) },
        { id: 'later', title: t('sessions.notNowAction') },
      ],
    });
    if ((await shown.closed) !== 'handOver') return;
    void inject(CommandService).runAndReport('session.handOver', { session: id, technician }, { source: 'menu' });
  });
  return { dispose: () => subscription.unsubscribe() };
}

/** Who closes the tab of a session that goes on leaves it, or ends it for everybody. */
async function askBeforeClosing({ id }: EditorTab): Promise<boolean> {
  const sessions = inject(SessionService);
  const session = sessions.get(id);
  if (!session || session.state === 'ended' || !sessions.takesPart(session)) return true;
  const alone = session.participants.length < 2;
  const { choice } = await choose({
    message: t('sessions.close.question', { name: inject(SessionNames).of(session) }),
    detail: t(
      session.state === 'waiting' ? 'sessions.close.waiting' : alone ? 'sessions.close.alone' : 'sessions.close.others',
    ),
    choices: [
      { id: 'leave', title: t('sessions.close.leave') },
      { id: 'end', title: t('sessions.close.end') },
    ],
  });
  if (choice === undefined) return false;
  try {
    if (choice === 'end') await sessions.end(id);
    else await sessions.leave(id);
    inject(TerminalService).forgetAll(id);
    return true;
  } catch (error) {
    inject(NotificationService).error(inject(LocalizationService).describeError(error), {
      about: error instanceof Error ? error : undefined,
    });
    return false;
  }
}
