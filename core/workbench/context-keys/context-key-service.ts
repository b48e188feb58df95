import { Subject, type Observable } from 'rxjs';
import { parseWhen, type ContextValue } from './when-clause.ts';

/** Values that hold only somewhere: for one tree node, or where the focus is. They cover those of the service. */
export type ContextScope = Readonly<Record<string, ContextValue>>;

/** The context keys of the workbench, and whether when-clauses hold by them. */
export class ContextKeyService {
  private readonly values = new Map<string, ContextValue>();
  private readonly changes = new Subject<ReadonlySet<string>>();
  private focus: ContextScope = {};

  /** The keys that have changed. */
  readonly changes$: Observable<ReadonlySet<string>> = this.changes;

  get(key: string, scope?: ContextScope): ContextValue {
    if (scope && Object.hasOwn(scope, key)) return scope[key];
    if (Object.hasOwn(this.focus, key)) return this.focus[key];
    return this.values.get(key);
  }

  /** Sets a key; undefined removes it. */
  set(key: string, value: ContextValue): void {
    this.setAll({ [key]: value });
  }

  /** Sets several keys, and tells of them at once. */
  setAll(values: ContextScope): void {
    const changed = new Set<string>();
    for (const [key, value] of Object.entries(values)) {
      if (Object.is(this.values.get(key), value)) continue;
      if (value === undefined) this.values.delete(key);
      else this.values.set(key, value);
      changed.add(key);
    }
    if (changed.size > 0) this.changes.next(changed);
  }

  /** Says what holds where the keyboard focus is now, in place of what held where it was: `{ sideBarFocus: true }`. */
  setFocus(scope: ContextScope): void {
    const changed = new Set([...Object.keys(this.focus), ...Object.keys(scope)]);
    for (const key of [...changed]) if (Object.is(this.focus[key], scope[key])) changed.delete(key);
    this.focus = scope;
    if (changed.size > 0) this.changes.next(changed);
  }

  /** Whether a when-clause holds. An absent one does, a malformed one does not. */
  matches(when: string | undefined, scope?: ContextScope): boolean {
    return parseWhen(when).matches((key) => this.get(key, scope));
  }
}
