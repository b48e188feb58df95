import type { TreeNode } from '#protocol/extension-host.ts';
import type { CommandCall } from '../commands/command-registry.ts';

/** Runs code of extensions, starting them where they are not running. The extension host is one. */
export interface ExtensionActivator {
  /** @throws LatchkeyError what the extension answered, or why it cannot be asked */
  executeCommand(
    extension: string,
    command: string,
    args: Record<string, unknown>,
    call: CommandCall,
  ): Promise<unknown>;
  treeChildren(extension: string, view: string, node: string | null): Promise<TreeNode[]>;
}
export const ExtensionActivator = Symbol('ExtensionActivator');
