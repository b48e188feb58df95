import { DisposableStore, type Disposable } from '#core/base/lifecycle.ts';
import { CommandRegistry, type CommandBody } from '#core/workbench/commands/command-registry.ts';
import type { CommandContribution } from '#protocol/manifest.ts';
import { t } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

/** Texts of the workbench's own commands: `%key%` in the pages' catalogues. */
const contributor = {
  id: 'latchkey',
  localize: (text: string): string => {
    const key = /^%(.+)%$/.exec(text)?.[1];
    return key === undefined ? text : t(key);
  },
};

export interface CoreCommand extends Omit<CommandContribution, 'effect'> {
  readonly effect?: CommandContribution['effect'];
  readonly body: CommandBody;
}

/** Registers commands that the pages bring. One that there is already keeps its body. */
export function registerCoreCommands(commands: readonly CoreCommand[]): Disposable {
  const registry = inject(CommandRegistry);
  const store = new DisposableStore();
  for (const { body, effect = 'read', ...contribution } of commands)
    if (!registry.get(contribution.command))
      store.add(registry.register({ ...contribution, effect }, contributor, body));
  return store;
}

/** Puts a dialog into the page until it fires `dialog-close`. */
export function showDialog(tag: string, listeners: Readonly<Record<string, () => void>> = {}): void {
  const dialog = document.createElement(tag);
  for (const [type, listener] of Object.entries(listeners)) dialog.addEventListener(type, listener);
  dialog.addEventListener('dialog-close', () => dialog.remove());
  document.body.append(dialog);
}
