import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Draws its element anew each second, while `isNeeded` says so: for times that run down. */
export class Ticker implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private readonly isNeeded: () => boolean;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, isNeeded: () => boolean) {
    this.host = host;
    this.isNeeded = isNeeded;
    host.addController(this);
  }

  hostConnected(): void {
    this.timer = setInterval(() => this.isNeeded() && this.host.requestUpdate(), 1000);
  }

  hostDisconnected(): void {
    clearInterval(this.timer);
  }
}

/** Until a moment, as `9:05`; `0:00` once it is past. @param now by the clock that the moment was told by */
export function timeLeft(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
