import { debounceTime, map, merge, type Observable } from 'rxjs';
import type { TreeNode } from '#protocol/extension-host.ts';
import type { Session } from '#protocol/sessions.ts';
import type { SessionNames } from '#core/workbench/sessions/session-names.ts';
import type { SessionService } from '#core/workbench/sessions/session-service.ts';
import type { TreeSource } from '#core/workbench/views/view-registry.ts';
import { localizer$, t } from '#webview/base/l10n.ts';
import { relativeTime } from '../pages/times.ts';
import { controller, endText, everybody, lengthText } from './session-texts.ts';

const symbols = { waiting: 'person-add', signingIn: 'key', active: 'remote', interrupted: 'debug-disconnect' } as const;

function node(session: Session, names: SessionNames, mine: boolean): TreeNode {
  const { id, state } = session;
  const works = controller(session);
  const label = names.of(session);
  return {
    id: `session:${id}`,
    label,
    description: [t(`sessions.state.${state}`), mine ? undefined : works].filter(Boolean).join(' · '),
    tooltip: [label, t(`sessions.kind.${session.kind}`), t(`sessions.state.${state}`), everybody(session)].join('\n'),
    icon: state === 'ended' ? 'history' : symbols[state],
    contextValue: mine ? 'session.mine' : 'session.other',
    collapsible: 'none',
    command: { command: 'session.show', arguments: { session: id } },
    arguments: { session: id },
  };
}

/** The sessions that go on: one's own, and others' that one may see. */
export class LiveSessionsSource implements TreeSource {
  private readonly sessions: SessionService;
  private readonly names: SessionNames;
  readonly changes$: Observable<null>;

  constructor(sessions: SessionService, names: SessionNames) {
    this.sessions = sessions;
    this.names = names;
    this.changes$ = merge(sessions.sessions$, localizer$).pipe(
      debounceTime(30),
      map(() => null),
    );
  }

  async children(parent: string | null): Promise<readonly TreeNode[]> {
    const all = this.sessions.sessions;
    const mine = all.filter((session) => this.sessions.takesPart(session));
    const others = all.filter((session) => !mine.includes(session));
    const below = (list: readonly Session[]): TreeNode[] => list.map((each) => node(each, this.names, list === mine));
    if (parent === 'mine') return below(mine);
    if (parent === 'others') return below(others);
    if (parent !== null) return [];
    // With nobody else's there is nothing to part.
    if (others.length === 0) return below(mine);
    const group = (id: string): TreeNode => ({ id, label: t(`sessions.group.${id}`), collapsible: 'expanded' });
    return [...(mine.length > 0 ? [group('mine')] : []), group('others')];
  }
}

/** Entries of the sessions that ended last. */
export class RecentSessionsSource implements TreeSource {
  private readonly sessions: SessionService;
  private readonly names: SessionNames;
  readonly changes$: Observable<null>;

  constructor(sessions: SessionService, names: SessionNames) {
    this.sessions = sessions;
    this.names = names;
    this.changes$ = merge(sessions.ended$, sessions.known$, localizer$).pipe(
      debounceTime(200),
      map(() => null),
    );
  }

  async children(parent: string | null): Promise<readonly TreeNode[]> {
    if (parent !== null || !this.sessions.known) return [];
    const ended = await this.sessions.history({ limit: 30 });
    return ended.map((session) => ({
      ...node(session, this.names, false),
      contextValue: 'session.ended',
      description: relativeTime(session.endedAt ?? session.createdAt),
      tooltip: [this.names.of(session), everybody(session), lengthText(session), endText(session)].join('\n'),
    }));
  }
}
