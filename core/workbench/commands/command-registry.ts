import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { CancellationToken } from '#jsonrpc';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CommandContribution } from '#protocol/manifest.ts';
import type { ProgressReport } from '#protocol/messages.ts';
import type { Contributor } from '../l10n/contributor.ts';

export interface CommandCall {
  readonly token: CancellationToken;
  readonly progress: (report: ProgressReport) => void;
}

/** `args` are valid by the command's schema. What it returns is JSON. */
export type CommandBody = (args: Record<string, unknown>, call: CommandCall) => unknown;

/** A command, with texts in the language of now. */
export class RegisteredCommand {
  readonly id: string;
  readonly contribution: CommandContribution;
  readonly contributor: Contributor;
  readonly body: CommandBody;

  constructor(contribution: CommandContribution, contributor: Contributor, body: CommandBody) {
    this.id = contribution.command;
    this.contribution = contribution;
    this.contributor = contributor;
    this.body = body;
  }

  get title(): string {
    return this.contributor.localize(this.contribution.title);
  }

  /** With its category, as the palette shows it: `Devices: Rename`. */
  get label(): string {
    const { category } = this.contribution;
    return category === undefined ? this.title : `${this.contributor.localize(category)}: ${this.title}`;
  }

  get description(): string | undefined {
    const { description } = this.contribution;
    return description === undefined ? undefined : this.contributor.localize(description);
  }
}

/** All commands there are: extensions declare them in their manifests, the workbench registers its own. */
export class CommandRegistry {
  private readonly commands = new Map<string, RegisteredCommand>();
  private readonly changes = new Subject<void>();
  /** A command came or went. */
  readonly changes$: Observable<void> = this.changes;

  /**
   * @param body of an extension's command: activates it and has it run the command
   * @throws LatchkeyError `extension.duplicate` where there is a command of this identifier
   */
  register(contribution: CommandContribution, contributor: Contributor, body: CommandBody): Disposable {
    const { command } = contribution;
    if (this.commands.has(command)) {
      throw new LatchkeyError('extension.duplicate', { extension: contributor.id, contribution: command });
    }
    const registered = new RegisteredCommand(contribution, contributor, body);
    this.commands.set(command, registered);
    this.changes.next();
    return toDisposable(() => {
      if (this.commands.get(command) === registered && this.commands.delete(command)) this.changes.next();
    });
  }

  get(id: string): RegisteredCommand | undefined {
    return this.commands.get(id);
  }

  /** In the order of their identifiers. */
  all(): readonly RegisteredCommand[] {
    return [...this.commands.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
