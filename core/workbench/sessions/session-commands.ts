import { LatchkeyError } from '#protocol/errors.ts';
import type { Session } from '#protocol/sessions.ts';
import type { CoreCommands } from '../commands/core-command.ts';
import type { EditorService } from '../editors/editor-service.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { QuickInputService } from '../quick-input/quick-input-service.ts';
import { sessionEditor } from './session-editor.ts';
import type { SessionNames } from './session-names.ts';
import type { SessionService } from './session-service.ts';
import type { TerminalService } from './terminal-service.ts';

const session = { type: 'string', format: 'latchkey-session', title: '%session.argument%' };
const shared = {
  category: '%session.category%',
  permission: 'session',
  arguments: { type: 'object' as const, properties: { session }, required: ['session'] },
};
const ended = { when: 'session.state == ended', reason: '%session.isEnded%' };
const notJoined = { when: '!session.joined', reason: '%session.notJoined%' };
const live = '!session.state || session.state != ended';

/** What is done in sessions, whichever way they were begun. */
export const sessionCommands = (
  sessions: SessionService,
  names: SessionNames,
  terminals: TerminalService,
  editors: EditorService,
  quickInput: QuickInputService,
  l10n: LocalizationService,
): CoreCommands => {
  const show = (id: string): void => {
    const found = sessions.get(id);
    if (found) editors.open(sessionEditor(found, names));
  };
  return [
    {
      ...shared,
      command: 'session.show',
      title: '%session.show%',
      icon: 'remote',
      effect: 'read',
      body: async (args): Promise<Session> => {
        const id = String(args.session);
        const found = sessions.get(id) ?? (await sessions.load(id));
        show(id);
        return found;
      },
    },
    {
      ...shared,
      command: 'session.join',
      title: '%session.join%',
      icon: 'eye',
      effect: 'change',
      enablement: `(${live}) && !session.joined`,
      disabledReasons: [ended, { when: 'session.joined', reason: '%session.alreadyJoined%' }],
      body: async (args): Promise<Session> => {
        const joined = await sessions.join(String(args.session));
        show(joined.id);
        return joined;
      },
    },
    {
      ...shared,
      command: 'session.leave',
      title: '%session.leave%',
      icon: 'sign-out',
      effect: 'change',
      enablement: `!session.state || (session.state != ended && session.joined)`,
      disabledReasons: [ended, notJoined],
      body: async (args): Promise<{ session: string }> => {
        const id = String(args.session);
        await sessions.leave(id);
        return { session: id };
      },
    },
    {
      ...shared,
      command: 'session.handOver',
      title: '%session.handOver%',
      icon: 'arrow-swap',
      effect: 'change',
      enablement: '!session.state || (session.state != ended && session.inControl && session.others)',
      disabledReasons: [
        ended,
        { when: '!session.others', reason: '%session.nobodyElse%' },
        { when: '!session.inControl', reason: '%session.lookOn%' },
      ],
      arguments: {
        type: 'object',
        properties: { session, technician: { type: 'string', title: '%session.technician%' } },
        required: ['session'],
      },
      body: async (args, { token }): Promise<Session> => {
        const id = String(args.session);
        const found = sessions.get(id) ?? (await sessions.load(id));
        const others = found.participants.filter(({ technician }) => technician !== found.inControl);
        const wanted = typeof args.technician === 'string' ? args.technician : undefined;
        const [only, another] = wanted
          ? others.filter(({ technician, name }) => technician === wanted || name === wanted)
          : others;
        if (only && !another) return sessions.handOver(id, only.technician);
        if (!only) {
          const { name } = found.technician;
          throw wanted
            ? new LatchkeyError('account.notFound', { technician: wanted })
            : new LatchkeyError('command.disabled', { command: name, reason: l10n.t('session.nobodyElse') });
        }
        const items = others.map(({ technician, name }) => ({ id: technician, label: name, icon: 'person' }));
        const picked = await quickInput.pick({ title: l10n.t('session.handOverTo'), items });
        if (!Array.isArray(picked) || token.isCancellationRequested) throw new LatchkeyError('rpc.cancelled');
        return sessions.handOver(id, String(picked[0]));
      },
    },
    {
      ...shared,
      command: 'session.askControl',
      title: '%session.askControl%',
      icon: 'person-add',
      effect: 'read',
      enablement: '!session.state || (session.state != ended && session.joined && !session.inControl)',
      disabledReasons: [ended, notJoined, { when: 'session.inControl', reason: '%session.inControlAlready%' }],
      body: async (args): Promise<{ session: string }> => {
        const id = String(args.session);
        await sessions.askControl(id);
        return { session: id };
      },
    },
    {
      ...shared,
      command: 'session.openTerminal',
      title: '%session.openTerminal%',
      icon: 'terminal',
      permission: 'session.terminal',
      effect: 'change',
      enablement: '!session.state || (session.state == active && session.inControl)',
      disabledReasons: [
        ended,
        notJoined,
        { when: 'session.state != active', reason: '%session.notActive%' },
        { when: '!session.inControl', reason: '%session.lookOn%' },
      ],
      body: async (args): Promise<{ session: string; terminal: string }> => {
        const id = String(args.session);
        const terminal = await terminals.open(id);
        show(id);
        return { session: id, terminal: terminal.id };
      },
    },
  ];
};
