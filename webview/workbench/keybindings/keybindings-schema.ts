import type { RegisteredCommand } from '#core/workbench/commands/command-registry.ts';
import { t } from '#webview/base/l10n.ts';

/** The JSON Schema of `keybindings.json`: a list of rules, later ones first; `-COMMAND` takes a key away. */
export function keybindingsSchema(commands: readonly RegisteredCommand[]): object {
  const known = commands.flatMap(({ id, label }) => [
    { const: id, description: label },
    { const: `-${id}`, description: label },
  ]);
  return {
    type: 'array',
    items: {
      type: 'object',
      required: ['key', 'command'],
      additionalProperties: false,
      defaultSnippets: [{ label: '{ "key", "command" }', body: { key: '$1', command: '$2' } }],
      properties: {
        key: { type: 'string', description: t('keybindings.schema.key') },
        command: {
          type: 'string',
          description: t('keybindings.schema.command'),
          anyOf: [
            { enum: known.map((each) => each.const), enumDescriptions: known.map((each) => each.description) },
            {},
          ],
        },
        when: { type: 'string', description: t('keybindings.schema.when') },
        args: { type: 'object', description: t('keybindings.schema.args') },
      },
    },
  };
}
