/** A setting as its page shows it. */
export interface SettingView {
  readonly key: string;
  /** The title of the extension's section, under which it stands. */
  readonly category: string;
  readonly description: string;
  readonly schema: SettingSchema;
  /** In force now. */
  readonly value: unknown;
  readonly default: unknown;
  readonly modified: boolean;
}

/** The part of JSON Schema that settings are drawn by. */
export interface SettingSchema {
  readonly type?: string | readonly string[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly title?: string | undefined;
  /** What the choices are called; else by their values. */
  readonly enumItemLabels?: readonly string[] | undefined;
  readonly enumDescriptions?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly pattern?: string | undefined;
  readonly items?: { readonly type?: string | undefined } | undefined;
}

export type ControlKind = 'boolean' | 'enum' | 'number' | 'string' | 'list' | 'json';

/** Which control a setting gets; `json` where only the JSON file can hold it. */
export function controlOf(schema: SettingSchema): ControlKind {
  if (schema.enum) return 'enum';
  switch (schema.type) {
    case 'boolean':
      return 'boolean';
    case 'number':
    case 'integer':
      return 'number';
    case 'string':
      return 'string';
    case 'array':
      return schema.items?.type === undefined || schema.items.type === 'string' ? 'list' : 'json';
    default:
      return 'json';
  }
}

export type NumberProblem = 'notANumber' | 'notWhole' | 'tooSmall' | 'tooLarge';

/** What a person typed as a number, or what is wrong with it. */
export function readNumber(text: string, schema: SettingSchema): { value: number } | { problem: NumberProblem } {
  const value = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(value)) return { problem: 'notANumber' };
  if (schema.type === 'integer' && !Number.isInteger(value)) return { problem: 'notWhole' };
  if (schema.minimum !== undefined && value < schema.minimum) return { problem: 'tooSmall' };
  if (schema.maximum !== undefined && value > schema.maximum) return { problem: 'tooLarge' };
  return { value };
}

/** `installer.defaultLimit` as *Default Limit*: the last word of a key, as VS Code writes it. */
export function settingTitle(key: string): string {
  const words = (key.split('.').at(-1) ?? key).replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Settings whose key, title, category or description hold all the words; `@modified` keeps those that were changed. */
export function filterSettings(settings: readonly SettingView[], query: string): SettingView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const onlyModified = words.includes('@modified');
  const wanted = words.filter((word) => word !== '@modified');
  return settings.filter((setting) => {
    if (onlyModified && !setting.modified) return false;
    const text = [setting.key, settingTitle(setting.key), setting.category, setting.description]
      .join('\n')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
