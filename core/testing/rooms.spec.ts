import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ESLint } from 'eslint';

describe('the walls between the rooms', () => {
  // The other rules need type information, which a text that is in no project has none of.
  const eslint = new ESLint({
    overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId.startsWith('boundaries/'),
  });

  /** The rooms that a file in one room was kept from importing. */
  async function refused(file: string, imported: string): Promise<string[]> {
    // An existing file's path, so that the resolver and the type information have something to hold on to.
    readFileSync(file);
    const [result] = await eslint.lintText(`import * as it from '${imported}';\nexport { it };\n`, { filePath: file });
    return result!.messages.filter(({ ruleId }) => ruleId === 'boundaries/dependencies').map(({ message }) => message);
  }

  const crossings = [
    ['extensions/rename/extension.ts', '../../protocol/errors.ts'],
    ['extensions/rename/extension.ts', '../../core/workbench/commands/command-service.ts'],
    ['extensions/rename/extension.ts', '../endpoint-installer/extension.ts'],
    ['core/base/lifecycle.ts', '#core/hub/hub.ts'],
    ['core/workbench/commands/command-service.ts', '#core/hub/hub.ts'],
    ['core/hub/hub.ts', '#core/endpoint/main.ts'],
    ['core/endpoint/main.ts', '#core/hub/hub.ts'],
    ['protocol/devices.ts', '#core/base/lifecycle.ts'],
    ['webview/base/services.ts', '#core/hub/hub.ts'],
  ] as const;
  for (const [file, imported] of crossings) {
    it(`${file} may not import ${imported}`, async () => {
      assert.equal((await refused(file, imported)).length, 1);
    });
  }

  const doors = [
    ['extensions/rename/extension.ts', '../../protocol/api/index.ts'],
    ['core/hub/hub.ts', '#protocol/devices.ts'],
    ['core/cli/latchkey.ts', '#core/hub/hub.ts'],
    ['webview/base/services.ts', '#core/workbench/commands/command-service.ts'],
  ] as const;
  for (const [file, imported] of doors) {
    it(`${file} may import ${imported}`, async () => {
      assert.deepEqual(await refused(file, imported), []);
    });
  }
});
