import {
  endpointSetUpNotifications,
  endpointSetUpRequests,
  portalPurpose,
  portalRequests,
  portalResumePurpose,
} from '#protocol/set-ups.ts';
import { consentRequests } from '#protocol/consent.ts';
import { KeyPair } from '#core/endpoint/identity/key-pair.ts';
import type { RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import type { DeviceFacts } from '#protocol/facts.ts';
import type { ParamsOf, ResultOf } from '#protocol/messages.ts';
import { openProving, type ProvingConnection } from './test-customer-app.ts';
import { newFacts, openEndpoint, type TestEndpoint } from './test-endpoint.ts';

type Answer = ResultOf<typeof consentRequests.ask>;
export type Installation = ParamsOf<typeof endpointSetUpRequests.install>;

/** A customer app's side of a set-up, as a test tells it to be: the dialog and the installation. */
export class ScriptedSetUp {
  /** The dialogs that were opened, in order. */
  readonly asked: ParamsOf<typeof consentRequests.ask>[] = [];
  /** How many of them the hub has closed again. */
  closed = 0;
  readonly installations: Installation[] = [];
  /** How set-ups stood, as the app was told. */
  readonly told: ParamsOf<typeof endpointSetUpNotifications.changed>[] = [];
  /** What the installation does; by itself it never ends. */
  onInstall: (installation: Installation) => Promise<void> = () => new Promise(() => {});
  private answer: ((answer: Answer) => void) | undefined;

  constructor(rpc: RpcConnection) {
    rpc.handle(consentRequests.ask, (question, { token }) => {
      this.asked.push(question);
      return new Promise<Answer>((resolve, reject) => {
        this.answer = resolve;
        token.onCancellationRequested(() => {
          this.closed++;
          reject(new LatchkeyError('rpc.cancelled'));
        });
      });
    });
    rpc.handle(endpointSetUpRequests.install, async (installation) => {
      this.installations.push(installation);
      await this.onInstall(installation);
      return {};
    });
    rpc.on(endpointSetUpNotifications.changed, (told) => void this.told.push(told));
  }

  allow(passwordStored = false): void {
    this.answer?.({ allowed: true, passwordStored });
  }

  decline(): void {
    this.answer?.({ allowed: false, passwordStored: false });
  }
}

/** What the installer does on the customer's computer: the endpoint joins with the set-up's token. */
export const joinBy = (
  hub: { readonly url: string },
  { token }: Pick<Installation, 'token'>,
  facts: DeviceFacts,
  keys: KeyPair = KeyPair.generate(),
): Promise<TestEndpoint> => openEndpoint(hub, { token, facts, keys });

export interface TestPortalApp extends ProvingConnection {
  readonly facts: DeviceFacts;
  readonly script: ScriptedSetUp;
  readonly keys: KeyPair;
  resume(setUp: string): Promise<ResultOf<typeof portalRequests.resume>>;
  signIn(email: string, password: string, code?: string): Promise<ResultOf<typeof portalRequests.signIn>>;
}

/** A customer app of the portal, connected. */
export async function openPortal(
  hub: { readonly url: string },
  facts: DeviceFacts = newFacts(),
  keys: KeyPair = KeyPair.generate(),
): Promise<TestPortalApp> {
  const connection = await openProving(hub);
  const script = new ScriptedSetUp(connection.rpc);
  const signIn: TestPortalApp['signIn'] = (email, password, code) =>
    connection.rpc.request(portalRequests.signIn, {
      ...{ email, password, facts, publicKey: keys.publicKey },
      signature: connection.prove(portalPurpose, keys),
      ...(code !== undefined && { code }),
    });
  const resume: TestPortalApp['resume'] = (setUp) =>
    connection.rpc.request(portalRequests.resume, {
      ...{ setUp, facts, publicKey: keys.publicKey },
      signature: connection.prove(portalResumePurpose(setUp), keys),
    });
  return { ...connection, facts, keys, script, signIn, resume };
}
