import { BehaviorSubject, type Observable } from 'rxjs';
import type { ContextKeyService } from '../context-keys/context-key-service.ts';

/** What is selected where the keyboard focus is, or was last. Identifiers. */
export interface Selection {
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly installers: readonly string[];
  readonly sessions: readonly string[];
}

const nothing: Selection = { devices: [], groups: [], installers: [], sessions: [] };

/** What commands from the palette and from keys are about, unless told. Sets `selection.devices` and so on (numbers). */
export class SelectionService {
  private readonly contextKeys: ContextKeyService;
  private readonly selection = new BehaviorSubject<Selection>(nothing);
  readonly selection$: Observable<Selection> = this.selection;

  constructor(contextKeys: ContextKeyService) {
    this.contextKeys = contextKeys;
  }

  get current(): Selection {
    return this.selection.value;
  }

  /** What is not named is not selected. */
  set(selection: Partial<Selection>): void {
    const next = { ...nothing, ...selection };
    this.selection.next(next);
    this.contextKeys.setAll({
      'selection.devices': next.devices.length,
      'selection.groups': next.groups.length,
      'selection.installers': next.installers.length,
      'selection.sessions': next.sessions.length,
    });
  }
}
