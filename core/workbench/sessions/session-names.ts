import { LatchkeyError } from '#protocol/errors.ts';
import type { Session } from '#protocol/sessions.ts';
import type { DeviceReplica } from '../devices/device-replica.ts';
import { fold } from '../devices/name-order.ts';
import type { LocalizationService } from '../l10n/localization-service.ts';
import type { QuickPickItem } from '../quick-input/quick-pick.ts';
import type { SessionService } from './session-service.ts';

/** What sessions are called, and which one a name means. */
export class SessionNames {
  private readonly sessions: SessionService;
  private readonly replica: DeviceReplica;
  private readonly l10n: LocalizationService;

  constructor(sessions: SessionService, replica: DeviceReplica, l10n: LocalizationService) {
    this.sessions = sessions;
    this.replica = replica;
    this.l10n = l10n;
  }

  /** The device's name, else the computer's; before a customer has come: by whom they are invited. */
  of({ device, computer, technician }: Pick<Session, 'device' | 'computer' | 'technician'>): string {
    const known = device === null ? undefined : this.replica.get(device);
    return known?.name ?? computer?.name ?? this.l10n.t('session.untitled', { name: technician.name });
  }

  /** Those that go on, to choose from. */
  items(): QuickPickItem[] {
    return this.sessions.sessions.map((session) => ({
      id: session.id,
      label: this.of(session),
      description: [session.technician.name, this.l10n.t(`session.state.${session.state}`)].join(' · '),
      icon: 'remote',
    }));
  }

  /** @throws LatchkeyError `session.notFound`, `device.ambiguous` */
  resolve(text: string): string {
    if (this.sessions.get(text)) return text;
    const wanted = fold(text.trim());
    const found = this.sessions.sessions.filter(
      (session) => fold(this.of(session)) === wanted || fold(session.computer?.name ?? '') === wanted,
    );
    if (found.length > 1) throw new LatchkeyError('device.ambiguous', { name: text, count: found.length });
    // One that ended before this window was opened is known to the hub alone.
    if (!found[0] && !/^[a-z2-7]{16}$/.test(text)) throw new LatchkeyError('session.notFound', { session: text });
    return found[0]?.id ?? text;
  }
}
