import { Subject, type Observable } from 'rxjs';
import { toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { SetUpMethodContribution } from '#protocol/manifest.ts';
import type { Contributor } from '../l10n/contributor.ts';

/** The ways to set up unattended access that the extensions bring (G6). */
export class SetUpMethods {
  private readonly registered: { readonly method: SetUpMethodContribution; readonly contributor: Contributor }[] = [];
  private readonly changes = new Subject<void>();
  readonly changes$: Observable<void> = this.changes;

  register(method: SetUpMethodContribution, contributor: Contributor): Disposable {
    const entry = { method, contributor };
    this.registered.push(entry);
    this.changes.next();
    return toDisposable(() => {
      this.registered.splice(this.registered.indexOf(entry), 1);
      this.changes.next();
    });
  }

  /** In their order, with texts in the language of now. */
  all(): readonly SetUpMethodContribution[] {
    return this.registered
      .map(({ method, contributor: { localize } }) => ({
        ...method,
        title: localize(method.title),
        description: localize(method.description),
        bestFor: localize(method.bestFor),
        computers: localize(method.computers),
        systems: localize(method.systems),
        customer: localize(method.customer),
        naming: localize(method.naming),
        password: localize(method.password),
      }))
      .sort((a, b) => a.order - b.order);
  }
}
