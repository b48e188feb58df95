import { closeSignedOut, closeTwoFactorMissing } from '#protocol/hub.ts';
import type { Credential } from '../accounts/credential.ts';
import { idleLifetime, type SignInService } from '../accounts/sign-in-service.ts';
import type { TechnicianDirectory } from '../accounts/technician-directory.ts';
import type { HubPart } from '../hub-part.ts';
import type { TokenService } from '../tokens/token-service.ts';
import type { WorkbenchConnections } from './workbench-connections.ts';

/** Seconds between looks for sign-ins that have run out. */
const interval = 60;

const reasons: Readonly<Record<number, string>> = {
  [closeSignedOut]: 'Signed out',
  [closeTwoFactorMissing]: 'Two-factor sign-in is required',
};

/**
 * Hangs up on workbenches whose sign-in or token has ended, and on those of technicians who were disabled, or have to set
 * two-factor sign-in up first.
 */
export class SignInWatch implements HubPart {
  private readonly signIns: SignInService;
  private readonly tokens: TokenService;
  private readonly directory: TechnicianDirectory;
  private readonly connections: WorkbenchConnections;
  private readonly onError: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    signIns: SignInService,
    tokens: TokenService,
    directory: TechnicianDirectory,
    connections: WorkbenchConnections,
    onError: (error: unknown) => void,
  ) {
    this.signIns = signIns;
    this.tokens = tokens;
    this.directory = directory;
    this.connections = connections;
    this.onError = onError;
  }

  start(): void {
    const ended = (credential: Credential): void =>
      this.hangUp((other) => other.kind === credential.kind && other.id === credential.id);
    this.signIns.ended$.subscribe(ended);
    this.tokens.ended$.subscribe(ended);
    this.directory.changed$.subscribe(({ technician }) => {
      if (technician.disabled) this.hangUp((credential) => credential.technicianId === technician.id);
    });
    // What it has begun ends with the connection; over the next one two-factor sign-in can be set up, and nothing else.
    this.directory.heldUp$.subscribe((technicianId) =>
      this.hangUp((credential) => credential.technicianId === technicianId, closeTwoFactorMissing),
    );
    this.timer = setInterval(() => void this.check().catch(this.onError), interval * 1000);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * Ends what has run out, was idle for too long, or is no longer in the store; what is in use lives on, however long its
   * connection is open.
   */
  async check(now: number = Date.now()): Promise<void> {
    this.hangUp(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
    const used = new Map<string, number>();
    for (const { credential, usedAt } of this.connections) {
      if (credential.kind === 'signIn') used.set(credential.id, Math.max(usedAt, used.get(credential.id) ?? 0));
    }
    this.hangUp(({ kind, id }) => kind === 'signIn' && (used.get(id) ?? now) + idleLifetime <= now);
    // `latchkey reset-two-factor` ends them there alone.
    const gone = await this.signIns.gone([...used.keys()]);
    this.hangUp(({ kind, id }) => kind === 'signIn' && gone.has(id));
    await this.signIns.touch(used);
  }

  private hangUp(which: (credential: Credential) => boolean, code: number = closeSignedOut): void {
    for (const connection of this.connections) {
      // Whoever asked for it should get the answer first.
      if (which(connection.credential)) setImmediate(() => connection.close(code, reasons[code] ?? ''));
    }
  }
}
