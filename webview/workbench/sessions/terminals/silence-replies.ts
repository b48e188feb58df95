import type { IDisposable, Terminal } from '@xterm/xterm';

/**
 * While output is shown that was printed before, what a program asked the terminal then (where the cursor is, which colours
 * it has) is not answered: the answers would be typed into the shell of now.
 */
export function silenceReplies(terminal: Terminal, isReplay: () => boolean): IDisposable {
  const swallow = (): boolean => isReplay();
  const { parser } = terminal;
  const handlers = [
    parser.registerCsiHandler({ final: 'c' }, swallow),
    parser.registerCsiHandler({ prefix: '>', final: 'c' }, swallow),
    parser.registerCsiHandler({ prefix: '=', final: 'c' }, swallow),
    parser.registerCsiHandler({ final: 'n' }, swallow),
    parser.registerCsiHandler({ prefix: '?', final: 'n' }, swallow),
    parser.registerCsiHandler({ intermediates: '$', final: 'p' }, swallow),
    parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, swallow),
    parser.registerCsiHandler({ final: 't' }, swallow),
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow),
    ...[4, 10, 11, 12].map((code) => parser.registerOscHandler(code, (data) => isReplay() && data.includes('?'))),
  ];
  return { dispose: () => handlers.forEach((handler) => handler.dispose()) };
}
