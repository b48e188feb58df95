import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupsApi } from '#core/extension-host/common/api/groups-api.ts';
import type { Language } from '#core/base/l10n/localizer.ts';
import type { L10n, Latchkey } from '#protocol/api/index.ts';
import type { Group } from '#protocol/groups.ts';

/* Parts of the API for tests of extensions that cross no process. */

export const berlin: Group = { id: 'bbbbbbbbbbbbbbbb', name: 'Berlin', createdAt: 0 };
export const bonn: Group = { id: 'cccccccccccccccc', name: 'Bonn', createdAt: 0 };
export const nothing = { dispose(): void {} };

/**
 * An extension's own texts, with their places filled alone: what the message format does with them is tested where it lives.
 * @param folder of the extension
 */
export function textsOf(folder: string, language: Language): Pick<L10n, 'language' | 't'> {
  const file = language === 'en' ? 'package.nls.json' : `package.nls.${language}.json`;
  const texts = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>;
  return {
    language,
    t: (key: string, args: Record<string, unknown> = {}) => {
      const text = texts[key];
      assert.ok(text, `no text ${key}`);
      return text.replaceAll(/\{(\w+)(?:, number)?\}/g, (_, place: string) => String(args[place]));
    },
  };
}

/** @param list those that the technician sees */
export const groupsOf = (
  list: () => Promise<readonly Group[]>,
  kind: Latchkey['environment']['kind'],
  showQuickPick: (pick: never) => Promise<string | undefined>,
): Latchkey['groups'] => groupsApi({ request: list } as never, kind, showQuickPick as never, () => nothing);
