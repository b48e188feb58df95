import { map, merge, startWith, type Observable } from 'rxjs';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { EditorService } from '#core/workbench/editors/editor-service.ts';
import { localizer$ } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';
import type { SettingView } from './setting-value.ts';

/** All settings as they are now, and whenever one, or the language, changes. */
export function settings$(): Observable<readonly SettingView[]> {
  const configuration = inject(ConfigurationService);
  return merge(configuration.changes$, localizer$).pipe(
    startWith(undefined),
    map(() =>
      configuration.settings().map(({ id, section, description, schema, standard, value, isSet }) => ({
        key: id,
        category: section,
        description,
        schema,
        value,
        default: standard,
        modified: isSet,
      })),
    ),
  );
}

export const writeSetting = (key: string, value: unknown): Promise<void> =>
  inject(ConfigurationService).set(key, value);

export const resetSetting = (key: string): Promise<void> => inject(ConfigurationService).set(key, undefined);

/** @param reveal a setting to show in it */
export const openSettingsJson = (reveal?: string): void => {
  inject(EditorService).open({
    kind: 'profileJson',
    id: 'settings',
    title: 'settings.json',
    icon: 'json',
    data: { document: 'settings', ...(reveal === undefined ? {} : { reveal }) },
  });
};
