import type { Command } from 'commander';
import { hubOptionsOf } from '../hub-environment.ts';
import type { CliIo } from '../cli-io.ts';

/** `latchkey serve`: the hub, until it is told to stop. */
export function registerServe(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('serve')
    .description(t('serve.description'))
    .addHelpText('after', `\n${t('serve.environment')}`)
    .action(async () => {
      // Loaded here, so that the other commands start without the server's libraries.
      const { startHub } = await import('#core/hub/hub.ts');
      const hub = await startHub(hubOptionsOf(io.env));
      try {
        const { url, initialAdmin } = hub;
        const lines = [t('serve.ready', { url })];
        if (initialAdmin) {
          lines.push('', t('serve.firstStart'), '');
          lines.push(`  ${t('serve.email')}: ${initialAdmin.email}`);
          lines.push(`  ${t('serve.password')}: ${initialAdmin.password}`, '');
        }
        io.result({ url, initialAdmin: initialAdmin ?? null }, lines.join('\n'));
        await stopRequested(io.signal);
      } finally {
        await hub.close();
      }
    });
}

function stopRequested(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
