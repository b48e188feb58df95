import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { CommandContext, Latchkey, Page } from '../../protocol/api/index.ts';
import { activate } from './extension.ts';

const texts = JSON.parse(readFileSync(new URL('./package.nls.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;

export interface Given {
  readonly kind: string;
  /** What the API does with devices; what a test does not need is left out. */
  readonly devices: object;
  readonly window?: object;
}

/** The extension with an API that records what it shows and says: for tests. Its texts are their keys. */
export function recorded({ kind, devices, window = {} }: Given) {
  const pages: Page[] = [];
  const closed: string[] = [];
  const said: string[] = [];
  const progress: unknown[] = [];
  const bodies = new Map<string, (args: unknown, context: CommandContext) => unknown>();
  const say = async (message: string) => void said.push(message);
  const never = () => ({ dispose() {} });
  void activate({
    commands: { register: (id: string, body: never) => (bodies.set(id, body), { dispose() {} }) },
    devices: { wakeSchedules: { onDidChange: never }, ...devices },
    groups: { list: async () => [{ id: 'b'.repeat(16), name: 'Berlin', createdAt: 1 }] },
    window: {
      openPage: async (page: Page) => void pages.push(page),
      updatePage: async (page: Page) => (pages.push(page), !closed.includes(page.id)),
      closePage: async (id: string) => void closed.push(id),
      showInformation: say,
      showWarning: say,
      ...window,
    },
    l10n: {
      t: (key: string) => {
        assert.ok(texts[key], `no text ${key}`);
        return key;
      },
      language: 'en',
      describeProblem: async ({ code }: { code: string }) => code,
      onDidChange: never,
    },
    log: { warn() {} },
    environment: { kind },
    subscriptions: [],
  } as unknown as Latchkey);
  const context = {
    token: { isCancellationRequested: false },
    progress: (report: unknown) => progress.push(report),
  } as unknown as CommandContext;
  const run = async (command: string, args: unknown = {}) => bodies.get(command)!(args, context);
  return { pages, closed, said, progress, run };
}
