import { BehaviorSubject, type Observable } from 'rxjs';
import { fingerprintOfExtensions } from '#core/base/extensions-fingerprint.ts';
import { Localizer, type Catalogue, type Language } from '#core/base/l10n/localizer.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import {
  extensionRequests,
  offeredExtensions,
  type OfferedExtension,
  type OfferedExtensions,
} from '#protocol/extensions.ts';
import type { HubConnection } from '../connection/hub-connection.ts';
import type { Contributor } from '../l10n/contributor.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { checkExtension, contributionIds, type CheckContext, type ExtensionProblem } from './check-extension.ts';

/** An extension that is loaded. */
export interface RegisteredExtension {
  readonly name: string;
  readonly offered: OfferedExtension;
  /** Gives its texts in the language of now. */
  readonly contributor: Contributor;
}

export interface ExtensionSet {
  readonly extensions: readonly RegisteredExtension[];
  /** What is wrong with those that are not loaded. */
  readonly problems: readonly ExtensionProblem[];
}

const storageKey = 'extensions';

/**
 * Which extensions there are. Opens with those of the last time, before the hub answers, and follows what the hub offers at
 * each connection. An extension with a mistake in its manifest is left out as a whole, and said to be.
 */
export class ExtensionRegistry {
  private readonly set = new BehaviorSubject<ExtensionSet>({ extensions: [], problems: [] });
  private readonly connection: Pick<HubConnection, 'request' | 'status$'>;
  private readonly storage: WorkbenchStorage;
  private readonly l10n: LocalizationService;
  private readonly context: CheckContext;
  private readonly localizers = new Map<string, Localizer>();
  private applied = '';
  /** What the hub offered last, on this machine: asked again, it says whether that still holds. */
  private kept: OfferedExtensions | undefined;
  readonly set$: Observable<ExtensionSet> = this.set;

  constructor(
    connection: Pick<HubConnection, 'request' | 'status$'>,
    storage: WorkbenchStorage,
    l10n: LocalizationService,
    context: CheckContext,
  ) {
    this.connection = connection;
    this.storage = storage;
    this.l10n = l10n;
    this.context = context;
  }

  get current(): ExtensionSet {
    return this.set.value;
  }

  start(): void {
    // Kept by another version, it may not hold what this one needs.
    const kept = offeredExtensions.safeParse(this.storage.get(storageKey));
    if (kept.success) {
      this.kept = kept.data;
      this.apply(kept.data.extensions, kept.data.problems);
    }
    this.connection.status$.subscribe(({ state }) => {
      if (state === 'online') this.load().catch(() => {}); // lost again: the next connection asks
    });
  }

  /** Asks the hub. Resolves once what it offers is loaded. */
  async load(): Promise<void> {
    const { kept } = this;
    const known = kept && fingerprintOfExtensions(kept);
    const { unchanged, ...offered } = await this.connection.request(extensionRequests.list, known ? { known } : {});
    if (unchanged) return;
    this.kept = offered;
    this.apply(offered.extensions, offered.problems);
    this.storage.set(storageKey, offered);
  }

  /** The extension that has a command. */
  get(name: string): RegisteredExtension | undefined {
    return this.current.extensions.find((extension) => extension.name === name);
  }

  /** All texts of an extension in the language of now, those that it lacks in English. */
  messagesOf({ offered: { messages } }: RegisteredExtension): Catalogue {
    return { ...messages['en'], ...messages[this.l10n.language] };
  }

  /** Adds to the problems what could not be registered. */
  report(extension: string, error: unknown): void {
    const { extensions, problems } = this.current;
    const problem = `package.json: contributes: ${this.l10n.describeError(error)}`;
    this.set.next({ extensions, problems: [...problems, { extension, problem }] });
  }

  private apply(offered: readonly OfferedExtension[], fromHub: readonly ExtensionProblem[]): void {
    const fingerprint = JSON.stringify([offered, fromHub]);
    if (fingerprint === this.applied) return;
    this.applied = fingerprint;
    this.localizers.clear();
    const problems = [...fromHub];
    const owners = new Map<string, string>();
    const extensions: RegisteredExtension[] = [];
    for (const extension of offered) {
      const { name } = extension.manifest;
      const mistakes = checkExtension(extension, this.context);
      const ids = contributionIds(extension.manifest);
      for (const id of ids) {
        const owner = owners.get(id);
        if (owner !== undefined) mistakes.push({ extension: name, problem: this.duplicate(name, id, owner) });
      }
      if (mistakes.length > 0) {
        problems.push(...mistakes);
        continue;
      }
      for (const id of ids) owners.set(id, name);
      extensions.push({
        name,
        offered: extension,
        contributor: { id: name, localize: (text) => this.localize(name, text) },
      });
    }
    this.set.next({ extensions, problems });
  }

  private duplicate(extension: string, contribution: string, owner: string): string {
    const error = new LatchkeyError('extension.duplicate', { extension, contribution });
    return `package.json: ${this.l10n.describeError(error)} (${owner})`;
  }

  private localize(name: string, text: string): string {
    const key = /^%(.+)%$/.exec(text)?.[1];
    if (key === undefined) return text;
    const { language } = this.l10n;
    const id = `${language} ${name}`;
    let localizer = this.localizers.get(id);
    if (!localizer) this.localizers.set(id, (localizer = this.localizer(name, language)));
    return localizer.t(key);
  }

  private localizer(name: string, language: Language): Localizer {
    const messages = this.get(name)?.offered.messages ?? {};
    return new Localizer(language, messages[language] ?? {}, messages['en'] ?? {});
  }
}
