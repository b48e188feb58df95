import { fingerprintOfExtensions } from '#core/base/extensions-fingerprint.ts';
import type { HubOptions } from '../hub-options.ts';
import type { HubPart } from '../hub-part.ts';
import type { HubLogger } from '../log/logger.ts';
import { loadExtensions, type LoadedExtensions } from './extension-catalogue.ts';

/** The extensions that this hub offers to workbenches, as they were when it started. */
export class ExtensionService implements HubPart {
  private readonly options: Pick<HubOptions, 'extensionsRoot'>;
  private readonly logger: Pick<HubLogger, 'warn'>;
  private loaded: LoadedExtensions = { offered: [], problems: [], bundles: new Map() };
  private ownFingerprint: string | undefined;

  constructor(options: Pick<HubOptions, 'extensionsRoot'>, logger: Pick<HubLogger, 'warn'>) {
    this.options = options;
    this.logger = logger;
  }

  async start(): Promise<void> {
    if (this.options.extensionsRoot === undefined) return;
    this.loaded = await loadExtensions(this.options.extensionsRoot);
    this.ownFingerprint = undefined;
    for (const problem of this.loaded.problems) this.logger.warn(problem, 'An extension cannot be loaded');
  }

  get offered(): LoadedExtensions['offered'] {
    return this.loaded.offered;
  }

  get problems(): LoadedExtensions['problems'] {
    return this.loaded.problems;
  }

  /** Of all that is offered, see `fingerprintOfExtensions`. */
  get fingerprint(): string {
    const { offered, problems } = this;
    return (this.ownFingerprint ??= fingerprintOfExtensions({ extensions: [...offered], problems: [...problems] }));
  }

  /** @param file `NAME/SHA256.js` */
  bundle(file: string): Buffer | undefined {
    return this.loaded.bundles.get(file);
  }
}
