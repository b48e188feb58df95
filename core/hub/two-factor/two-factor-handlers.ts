import { twoFactorRequests } from '#protocol/two-factor.ts';
import type { WorkbenchHandlerRegistry, WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import type { TwoFactorService } from './two-factor-service.ts';

export class TwoFactorHandlers implements WorkbenchHandlers {
  private readonly twoFactor: TwoFactorService;

  constructor(twoFactor: TwoFactorService) {
    this.twoFactor = twoFactor;
  }

  register(registry: WorkbenchHandlerRegistry): void {
    const { twoFactor } = this;
    const beforeTwoFactor = { beforeTwoFactor: true };
    registry.handle(twoFactorRequests.state, (_, { actor }) => twoFactor.state(actor), beforeTwoFactor);
    registry.handle(twoFactorRequests.begin, (proof, { actor }) => twoFactor.begin(actor, proof), beforeTwoFactor);
    registry.handle(
      twoFactorRequests.confirm,
      async ({ code }, { actor, connection: { credential } }) => {
        const keep = credential.kind === 'signIn' ? credential.id : undefined;
        return { recoveryCodes: [...(await twoFactor.confirm(actor, code, keep))] };
      },
      beforeTwoFactor,
    );
    registry.handle(twoFactorRequests.renewRecoveryCodes, async (proof, { actor }) => ({
      recoveryCodes: [...(await twoFactor.renewRecoveryCodes(actor, proof))],
    }));
    registry.handle(
      twoFactorRequests.switchOff,
      async (proof, { actor }) => {
        await twoFactor.switchOff(actor, proof);
        return {};
      },
      { audit: 'twoFactor.switchOff' },
    );
    registry.handle(
      twoFactorRequests.reset,
      async ({ technician }, { actor }) => {
        await twoFactor.reset(actor, technician);
        return {};
      },
      { audit: 'twoFactor.reset' },
    );
    registry.handle(twoFactorRequests.requirement, (_, { actor }) => ({ roles: [...twoFactor.requirement(actor)] }));
    registry.handle(
      twoFactorRequests.setRequirement,
      async ({ roles }, { actor }) => {
        await twoFactor.setRequirement(actor, roles);
        return {};
      },
      { audit: 'twoFactor.setRequirement' },
    );
  }
}
