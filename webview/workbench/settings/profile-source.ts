import { firstValueFrom, map, merge, startWith, type Observable } from 'rxjs';
import { ConfigurationService } from '#core/workbench/configuration/configuration-service.ts';
import { CommandRegistry } from '#core/workbench/commands/command-registry.ts';
import { ProfileService } from '#core/workbench/profile/profile-service.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { profileRequests, type ProfileDocument } from '#protocol/profile.ts';
import { inject } from '#webview/base/services.ts';
import { keybindingsSchema } from '../keybindings/keybindings-schema.ts';
import { request } from '../pages/hub.ts';

export interface StoredDocument {
  readonly text: string;
  readonly version: number;
}

/** A document as the hub has it now. */
export const readDocument = (document: ProfileDocument): Promise<StoredDocument> =>
  request(profileRequests.read, { document });

/**
 * Replaces version `version` of a document.
 * @throws LatchkeyError `profile.conflict` where another version is stored
 */
export async function writeDocument(document: ProfileDocument, text: string, version: number): Promise<StoredDocument> {
  const profile = inject(ProfileService);
  const before = await firstValueFrom(profile.content$(document));
  if (before.version !== version) throw new LatchkeyError('profile.conflict', { document });
  await profile.write(document, text);
  return firstValueFrom(profile.content$(document));
}

/** Each document whenever it changes, here or in another window. */
export function documentChanges$(): Observable<StoredDocument & { readonly document: ProfileDocument }> {
  const profile = inject(ProfileService);
  const of = (document: ProfileDocument) =>
    profile.content$(document).pipe(map((content) => ({ ...content, document })));
  return merge(of('settings'), of('keybindings'));
}

/** What an editor of a document completes and checks by. */
export function documentSchema$(document: () => ProfileDocument): Observable<object> {
  const configuration = inject(ConfigurationService);
  const registry = inject(CommandRegistry);
  return merge(configuration.changes$, registry.changes$).pipe(
    startWith(undefined),
    map(() => (document() === 'settings' ? configuration.jsonSchema() : keybindingsSchema(registry.all()))),
  );
}
