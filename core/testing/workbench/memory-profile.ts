import { BehaviorSubject } from 'rxjs';
import type { ProfileService } from '#core/workbench/profile/profile-service.ts';
import type { ProfileDocument } from '#protocol/profile.ts';

/** A technician's documents with no hub behind them, for tests of what reads and writes them. */
export class MemoryProfile {
  private readonly documents = {
    settings: new BehaviorSubject({ text: '', version: 0 }),
    keybindings: new BehaviorSubject({ text: '', version: 0 }),
  };
  /** Thrown at the next attempt to write. */
  refusal: Error | undefined;

  readonly content$ = (document: ProfileDocument) => this.documents[document];
  readonly text = (document: ProfileDocument): string => this.documents[document].value.text;

  readonly write = async (document: ProfileDocument, text: string): Promise<void> => {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal) throw refusal;
    this.documents[document].next({ text, version: this.documents[document].value.version + 1 });
  };

  get service(): ProfileService {
    return this as unknown as ProfileService;
  }
}
