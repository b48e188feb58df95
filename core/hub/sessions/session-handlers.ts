import { fileRequests } from '#protocol/file-transfer.ts';
import { sessionRequests as requests } from '#protocol/sessions.ts';
import { terminalNotifications, terminalRequests } from '#protocol/terminal.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { FileRelay } from './file-relay.ts';
import type { SessionFeed } from './session-feed.ts';
import type { SessionService } from './session-service.ts';
import type { TerminalRelay } from './terminal-relay.ts';

/** What workbenches ask of sessions; inviting stands in `join/`. */
export class SessionHandlers implements WorkbenchHandlers {
  private readonly sessions: SessionService;
  private readonly feed: SessionFeed;
  private readonly terminals: TerminalRelay;
  private readonly files: FileRelay;

  constructor(sessions: SessionService, feed: SessionFeed, terminals: TerminalRelay, files: FileRelay) {
    this.sessions = sessions;
    this.feed = feed;
    this.terminals = terminals;
    this.files = files;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { sessions, feed } = this;
    registry.handle(requests.watch, (_, { actor, connection }) => feed.watch(connection, actor));
    registry.handle(requests.get, ({ session }, { actor }) => sessions.get(actor, session));
    registry.handle(requests.facts, ({ session }, { actor }) => sessions.facts(actor, session));
    registry.handle(requests.history, (query, { actor }) => sessions.history(actor, query));
    registry.handle(requests.start, ({ device }, call) => sessions.start(call, device), { audit: 'session.start' });
    registry.handle(requests.signIn, ({ session, account }, { actor }) => sessions.signIn(actor, session, account));
    registry.handle(requests.join, ({ session }, { actor, connection }) => sessions.join(actor, connection, session), {
      audit: 'session.join',
    });
    registry.handle(requests.leave, ({ session }, { actor }) => sessions.leave(actor, session));
    registry.handle(requests.handOver, ({ session, technician }, { actor }) =>
      sessions.handOver(actor, session, technician),
    );
    registry.handle(requests.askControl, ({ session }, { actor }) => sessions.askControl(actor, session));
    registry.handle(requests.end, ({ session }, { actor }) => sessions.end(actor, session));
    this.registerTerminals(registry);
    this.registerFiles(registry);
  }

  private registerTerminals(registry: WorkbenchHandlerRegistry): void {
    const { terminals } = this;
    registry.handle(terminalRequests.open, (params, { actor }) => terminals.open(actor, params), {
      audit: 'session.terminalOpened',
    });
    registry.handle(terminalRequests.list, (params, { actor }) => terminals.list(actor, params));
    registry.handle(terminalRequests.attach, (params, { actor, connection }) =>
      terminals.attach(actor, connection, params),
    );
    registry.handle(terminalRequests.close, (params, { actor }) => terminals.close(actor, params));
    registry.on(terminalNotifications.input, (params, notice) => terminals.input(notice, params));
    registry.on(terminalNotifications.resize, (params, notice) => terminals.resize(notice, params));
    registry.on(terminalNotifications.acknowledge, (params, notice) => terminals.acknowledge(notice, params));
  }

  private registerFiles(registry: WorkbenchHandlerRegistry): void {
    const { files } = this;
    registry.handle(fileRequests.list, (params, call) => files.list(call, params));
    registry.handle(fileRequests.read, (params, call) => files.read(call, params), { audit: 'session.fileReceived' });
    registry.handle(fileRequests.write, (params, call) => files.write(call, params), { audit: 'session.fileSent' });
    registry.handle(fileRequests.piece, (params, call) => files.piece(call, params));
    registry.handle(fileRequests.put, (params, call) => files.put(call, params));
    registry.handle(fileRequests.finish, (params, call) => files.finish(call, params));
    registry.handle(fileRequests.abandon, (params, call) => files.abandon(call, params));
  }
}
