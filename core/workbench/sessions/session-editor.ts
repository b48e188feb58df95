import type { Session } from '#protocol/sessions.ts';
import type { EditorInput } from '../editors/editor-service.ts';
import type { SessionNames } from './session-names.ts';

export const sessionEditorKind = 'session';

/** The tab that shows a session. */
export const sessionEditor = (session: Session, names: SessionNames): EditorInput => ({
  kind: sessionEditorKind,
  id: session.id,
  title: names.of(session),
  icon: 'remote',
  data: { session: session.id },
});
