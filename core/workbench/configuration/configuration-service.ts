import { Validator, type Schema } from '@cfworker/json-schema';
import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  modify,
  parseTree,
  printParseErrorCode,
  type ParseError,
} from 'jsonc-parser';
import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ConfigurationContribution } from '#protocol/manifest.ts';
import type { Contributor } from '../l10n/contributor.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { ProfileService } from '../profile/profile-service.ts';

/** A setting, with texts in the language of now. */
export interface Setting {
  readonly id: string;
  /** The section's title. */
  readonly section: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly standard: unknown;
  readonly value: unknown;
  /** The technician has set it. */
  readonly isSet: boolean;
}

export interface SettingsProblem {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

interface Registered {
  readonly contribution: ConfigurationContribution;
  readonly contributor: Contributor;
}

/** Settings: declared by the workbench and by extensions, set in the technician's `settings` document (JSON with comments). */
export class ConfigurationService {
  private readonly profile: ProfileService;
  private readonly l10n: LocalizationService;
  private readonly sections: Registered[] = [];
  private readonly changes = new Subject<ReadonlySet<string>>();
  private values: Readonly<Record<string, unknown>> = {};

  /** Identifiers of the settings whose value has changed. */
  readonly changes$: Observable<ReadonlySet<string>> = this.changes;

  constructor(profile: ProfileService, l10n: LocalizationService) {
    this.profile = profile;
    this.l10n = l10n;
    profile.content$('settings').subscribe(({ text }) => this.read(text));
  }

  /** @throws LatchkeyError `extension.duplicate` where a setting is declared already */
  register(contribution: ConfigurationContribution, contributor: Contributor): Disposable {
    const taken = Object.keys(contribution.properties).find((id) => this.declared(id) !== undefined);
    if (taken !== undefined)
      throw new LatchkeyError('extension.duplicate', { extension: contributor.id, contribution: taken });
    const registered = { contribution, contributor };
    this.sections.push(registered);
    this.changes.next(new Set(Object.keys(contribution.properties)));
    return toDisposable(() => void this.sections.splice(this.sections.indexOf(registered), 1));
  }

  /** What the technician set, where it is valid; else the default. */
  get<T>(id: string): T {
    const schema = this.declared(id);
    const value = this.values[id];
    const valid = value !== undefined && schema !== undefined && isValid(schema, value);
    return (valid ? value : schema?.default) as T;
  }

  /** Values of several settings: an extension's own. */
  valuesOf(ids: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(ids.map((id) => [id, this.get(id)]));
  }

  /**
   * Sets a setting; undefined takes it out of the document. Comments and layout stay.
   * @throws LatchkeyError `command.invalidArguments` where the value breaks its schema, `profile.conflict`, `hub.unreachable`
   */
  async set(id: string, value: unknown): Promise<void> {
    const schema = this.declared(id);
    if (value !== undefined && schema && !isValid(schema, value)) {
      throw new LatchkeyError('command.invalidArguments', { command: id, problem: this.describe(schema, value) });
    }
    const text = this.profile.text('settings').trim() === '' ? '{}' : this.profile.text('settings');
    const edits = modify(text, [id], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } });
    await this.profile.write('settings', applyEdits(text, edits));
  }

  /** All settings, section by section. */
  settings(): readonly Setting[] {
    return this.sections.flatMap(({ contribution, contributor }) =>
      Object.entries(contribution.properties)
        .sort(([, a], [, b]) => (a.order ?? 1e6) - (b.order ?? 1e6))
        .map(([id, schema]) => ({
          id,
          section: contributor.localize(contribution.title),
          description: contributor.localize(schema.description),
          schema: localizeSchema(schema, contributor),
          standard: schema.default,
          value: this.get(id),
          isSet: this.values[id] !== undefined,
        })),
    );
  }

  /** For an editor of the document: completion, hovers and checks. */
  jsonSchema(): Record<string, unknown> {
    const properties = this.settings().map(({ id, schema, description }) => [
      id,
      { ...schema, description, markdownDescription: description },
    ]);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      additionalProperties: false,
      allowComments: true,
      allowTrailingCommas: true,
    };
  }

  /** What is wrong with a text of the document, line by line. */
  problems(text = this.profile.text('settings')): readonly SettingsProblem[] {
    if (text.trim() === '') return [];
    const errors: ParseError[] = [];
    const tree = parseTree(text, errors, { allowTrailingComma: true });
    const found = errors.map(({ error, offset }) =>
      this.at(text, offset, this.l10n.t('settings.syntax', { problem: printParseErrorCode(error) })),
    );
    if (!tree || tree.type !== 'object')
      return found.length > 0 ? found : [this.at(text, 0, this.l10n.t('settings.notObject'))];
    for (const property of tree.children ?? []) {
      const id = String(property.children?.[0]?.value ?? '');
      const node = findNodeAtLocation(tree, [id]);
      const schema = this.declared(id);
      if (!schema) found.push(this.at(text, property.offset, this.l10n.t('settings.unknown', { setting: id })));
      else if (node && !isValid(schema, getNodeValue(node))) {
        found.push(this.at(text, node.offset, this.describe(schema, getNodeValue(node))));
      }
    }
    return found;
  }

  private read(text: string): void {
    const tree = parseTree(text, [], { allowTrailingComma: true });
    const next: Record<string, unknown> =
      tree?.type === 'object' ? (getNodeValue(tree) as Record<string, unknown>) : {};
    const changed = new Set([...Object.keys(this.values), ...Object.keys(next)]);
    for (const id of [...changed]) if (JSON.stringify(this.values[id]) === JSON.stringify(next[id])) changed.delete(id);
    this.values = next;
    if (changed.size > 0) this.changes.next(changed);
  }

  private declared(id: string): (Record<string, unknown> & { default?: unknown }) | undefined {
    for (const { contribution } of this.sections) {
      if (Object.hasOwn(contribution.properties, id)) return contribution.properties[id];
    }
    return undefined;
  }

  private describe(schema: Readonly<Record<string, unknown>>, value: unknown): string {
    const choices = Array.isArray(schema.enum) ? schema.enum.join(', ') : '';
    const expected = choices || [schema.type].flat().join(', ');
    return this.l10n.t('settings.invalidValue', { value: JSON.stringify(value) ?? '', expected });
  }

  private at(text: string, offset: number, message: string): SettingsProblem {
    const before = text.slice(0, offset).split('\n');
    return { message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
}

function isValid(schema: Readonly<Record<string, unknown>>, value: unknown): boolean {
  return new Validator(schema as Schema, '2020-12').validate(value).valid;
}

/** The texts of a setting in the language of now: its title, and what its choices are called and mean. */
function localizeSchema(schema: Readonly<Record<string, unknown>>, { localize }: Contributor): Record<string, unknown> {
  const localized: Record<string, unknown> = { ...schema };
  if (typeof schema['title'] === 'string') localized['title'] = localize(schema['title']);
  for (const key of ['enumItemLabels', 'enumDescriptions']) {
    const texts = schema[key];
    if (Array.isArray(texts)) localized[key] = texts.map((text) => localize(String(text)));
  }
  return localized;
}
