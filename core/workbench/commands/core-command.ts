import type { CommandContribution } from '#protocol/manifest.ts';
import type { CommandBody } from './command-registry.ts';

/** A command of the workbench itself, reachable wherever an extension's is. Its texts stand in `core/workbench/l10n`. */
export interface CoreCommand extends CommandContribution {
  readonly body: CommandBody;
}

/** The commands of one capability, bound in its module; the registry takes all of them in. */
export type CoreCommands = readonly CoreCommand[];
export const CoreCommands = Symbol('CoreCommands');
