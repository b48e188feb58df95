import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import { languages, type Language } from '#core/base/l10n/localizer.ts';
import type { ConfigurationService } from '../configuration/configuration-service.ts';
import type { LocalizationService } from './localization-service.ts';

export interface DisplaySurroundings {
  /** What is spoken where the technician's settings say `auto`: as the browser, or the terminal, has it. */
  readonly standard: () => Language;
  /**
   * Switches what else is shown, and calls `before` once its texts are there, so that nothing is drawn in two languages.
   * Without it nothing else is.
   */
  readonly show?: (language: Language, before: () => void) => Promise<void>;
}

/** Applies `workbench.language`, now and whenever it changes. */
export class DisplayLanguage {
  private readonly configuration: ConfigurationService;
  private readonly l10n: LocalizationService;

  constructor(configuration: ConfigurationService, l10n: LocalizationService) {
    this.configuration = configuration;
    this.l10n = l10n;
  }

  /** Resolves once the first language is shown; what it returns ends it. */
  async follow({ standard, show = async (_, before) => before() }: DisplaySurroundings): Promise<Disposable> {
    const wanted = (): Language => {
      const set = this.configuration.get<string>('workbench.language');
      return languages.find((each) => each === set) ?? standard();
    };
    let shown: Language | undefined;
    const apply = async (): Promise<void> => {
      const language = wanted();
      if (language === shown) return;
      shown = language;
      await show(language, () => this.l10n.setLanguage(language));
    };
    const subscription = this.configuration.changes$.subscribe(() => void apply());
    await apply();
    return toDisposable(() => subscription.unsubscribe());
  }
}
