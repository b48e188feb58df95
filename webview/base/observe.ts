import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable, Subscription } from 'rxjs';

/** Keeps the latest value of an observable while its element is in the document, and draws the element anew at each. */
export class ObserveController<T> implements ReactiveController {
  value: T;
  private subscription: Subscription | undefined;
  private readonly host: ReactiveControllerHost;
  private readonly source: Observable<T>;

  constructor(host: ReactiveControllerHost, source: Observable<T>, initial: T) {
    this.host = host;
    this.source = source;
    this.value = initial;
    host.addController(this);
  }

  hostConnected(): void {
    this.subscription = this.source.subscribe((value) => {
      this.value = value;
      this.host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.subscription?.unsubscribe();
  }
}

/**
 * `private readonly state = observe(this, inject(HubClient).state$);`, then `this.state.value` in `render`. Without
 * `initial` the value is undefined until the observable emits; one backed by a BehaviorSubject emits before the first
 * drawing.
 */
export function observe<T>(host: ReactiveControllerHost, source: Observable<T>): ObserveController<T | undefined>;
export function observe<T>(host: ReactiveControllerHost, source: Observable<T>, initial: T): ObserveController<T>;
export function observe<T>(host: ReactiveControllerHost, source: Observable<T>, initial?: T): unknown {
  return new ObserveController<T | undefined>(host, source as Observable<T | undefined>, initial);
}
