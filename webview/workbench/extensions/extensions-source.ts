import { combineLatest, map, type Observable } from 'rxjs';
import { ExtensionHost } from '#core/extension-host/common/extension-host.ts';
import type { ExtensionStatus } from '#core/extension-host/common/supervised-extension.ts';
import { ExtensionRegistry } from '#core/workbench/extensions/extension-registry.ts';
import { localizer$ } from '#webview/base/l10n.ts';
import { inject } from '#webview/base/services.ts';

export interface ExtensionView {
  readonly name: string;
  readonly displayName: string;
  readonly description: string | undefined;
  readonly version: string;
  readonly publisher: string;
  readonly granted: readonly string[];
  /** What its manifest asks for beyond that. */
  readonly refused: readonly string[];
  /** How many commands it brings. */
  readonly commands: number;
  readonly status: ExtensionStatus;
}

export interface ExtensionList {
  readonly extensions: readonly ExtensionView[];
  readonly problems: readonly { readonly extension: string; readonly problem: string }[];
}

/** The extensions there are and how each fares, whenever that changes. */
export function extensions$(): Observable<ExtensionList> {
  return combineLatest([inject(ExtensionRegistry).set$, inject(ExtensionHost).statuses$, localizer$]).pipe(
    map(([{ extensions, problems }, statuses]) => ({
      problems,
      extensions: extensions.map(({ name, offered: { manifest, granted }, contributor }) => ({
        name,
        displayName: contributor.localize(manifest.displayName),
        description: manifest.description === undefined ? undefined : contributor.localize(manifest.description),
        version: manifest.version,
        publisher: manifest.publisher,
        granted,
        refused: manifest.capabilities.filter((capability) => !granted.includes(capability)),
        commands: manifest.contributes.commands.length,
        status: statuses.find((status) => status.name === name) ?? { name, state: 'idle', falls: 0 },
      })),
    })),
  );
}

export const restartExtension = (name: string): Promise<void> => inject(ExtensionHost).restart(name);
