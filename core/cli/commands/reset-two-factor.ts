import type { Command } from 'commander';
import { hubOptionsOf } from '../hub-environment.ts';
import type { CliIo } from '../cli-io.ts';

/** `latchkey reset-two-factor --email E`: for an administrator whom no other one can help, while the hub runs too. */
export function registerResetTwoFactor(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('reset-two-factor')
    .description(t('resetTwoFactor.description'))
    .requiredOption('--email <address>', t('resetTwoFactor.email'))
    .action(async ({ email }: { email: string }) => {
      const { data, databaseUrl } = hubOptionsOf(io.env);
      const { resetTwoFactor } = await import('#core/hub/two-factor/reset-two-factor.ts');
      const reset = await resetTwoFactor({ folder: data, databaseUrl }, email);
      io.result({ email, reset }, t(reset ? 'resetTwoFactor.done' : 'resetTwoFactor.wasOff', { email }));
    });
}
