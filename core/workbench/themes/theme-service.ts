import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { ConfigurationService } from '../configuration/configuration-service.ts';

/** `auto`: as the system has it. */
export type ThemeId = 'auto' | 'light' | 'dark' | 'highContrast' | 'highContrastLight';

const setting = 'workbench.theme';

/** Which theme is wanted; what it looks like is the page's part. */
export class ThemeService {
  private readonly configuration: ConfigurationService;
  private readonly theme: BehaviorSubject<ThemeId>;
  readonly theme$: Observable<ThemeId>;

  constructor(configuration: ConfigurationService) {
    this.configuration = configuration;
    this.theme = new BehaviorSubject(configuration.get<ThemeId>(setting));
    this.theme$ = this.theme.pipe(distinctUntilChanged());
    configuration.changes$.subscribe((changed) => {
      if (changed.has(setting)) this.theme.next(configuration.get<ThemeId>(setting));
    });
  }

  get current(): ThemeId {
    return this.theme.value;
  }

  /** Shown at once, and kept in the technician's settings. */
  async set(theme: ThemeId): Promise<void> {
    this.theme.next(theme);
    await this.configuration.set(setting, theme);
  }
}
