import type { ReactiveControllerHost } from 'lit';
import type { Observable, Subscription } from 'rxjs';
import { Loader } from '../pages/loader.ts';

/** Loads what is shown, and again at each signal. What an error keeps from coming anew stays as it was. */
export class RefreshedLoader<T> extends Loader<T> {
  private readonly signals: Observable<unknown>;
  private subscription: Subscription | undefined;

  constructor(host: ReactiveControllerHost, load: () => Promise<T>, signals: Observable<unknown>) {
    super(host, load);
    this.signals = signals;
  }

  override hostConnected(): void {
    super.hostConnected();
    this.subscription = this.signals.subscribe(() => void this.reload());
  }

  override hostDisconnected(): void {
    super.hostDisconnected();
    this.subscription?.unsubscribe();
  }
}
