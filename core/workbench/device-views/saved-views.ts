import { filter, map, startWith, type Observable } from 'rxjs';
import { LatchkeyError } from '#protocol/errors.ts';
import type { ConfigurationService } from '../configuration/configuration-service.ts';
import { standardColumns, type DeviceColumnId } from '../devices/device-columns.ts';
import { fold } from '../devices/name-order.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import { deviceViewSettings } from './device-view-settings.ts';

const setting = 'devices.views';

/** What a list of devices shows: which, and how. */
export interface DeviceListing {
  /** A device query; empty: all devices. */
  readonly query: string;
  readonly columns: readonly DeviceColumnId[];
  /** A column, `-column` for the other way round. */
  readonly sort: string;
}

export interface SavedView extends DeviceListing {
  readonly name: string;
}

/** What is shown unless told. */
export const standardListing: DeviceListing = { query: '', columns: standardColumns, sort: 'name' };

/** Lists of devices under names, in the technician's settings: the same on every machine and in the command line. */
export class SavedViews {
  private readonly configuration: ConfigurationService;
  /** All of them, now and at each change. */
  readonly views$: Observable<readonly SavedView[]>;

  constructor(configuration: ConfigurationService, l10n: LocalizationService) {
    this.configuration = configuration;
    configuration.register(deviceViewSettings, { id: 'latchkey', localize: l10n.localize });
    this.views$ = configuration.changes$.pipe(
      filter((changed) => changed.has(setting)),
      startWith(undefined),
      map(() => this.all()),
    );
  }

  /** In the order of the settings. */
  all(): readonly SavedView[] {
    const views = this.configuration.get<readonly (Partial<SavedView> & { name: string })[]>(setting);
    return views.map((view) => ({ ...standardListing, ...view }));
  }

  /** Upper and lower case are one. */
  find(name: string): SavedView | undefined {
    return this.all().find((view) => fold(view.name) === fold(name));
  }

  /** @throws LatchkeyError `deviceView.notFound` */
  require(name: string): SavedView {
    const found = this.find(name);
    if (found) return found;
    const known = this.all().map((view) => view.name);
    throw new LatchkeyError('deviceView.notFound', { view: name, known: known.join(', ') || '–' });
  }

  /**
   * Keeps a view, in place of the one of this name where there is one.
   * @throws LatchkeyError as `ConfigurationService.set`
   */
  save(view: SavedView): Promise<void> {
    const views = this.all();
    const known = views.findIndex(({ name }) => fold(name) === fold(view.name));
    return this.configuration.set(setting, known < 0 ? [...views, view] : views.with(known, view));
  }

  /** @throws LatchkeyError as `ConfigurationService.set` */
  delete(name: string): Promise<void> {
    const rest = this.all().filter((view) => fold(view.name) !== fold(name));
    return this.configuration.set(setting, rest.length === 0 ? undefined : rest);
  }
}
