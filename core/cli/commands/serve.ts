import { InvalidArgumentError, type Command } from 'commander';
import { hubOptionsOf, unknownVariables } from '../hub-environment.ts';
import type { CliIo } from '../cli-io.ts';
import type { RunningDemo } from '../demo/demo.ts';

/** The most simulated endpoints that one process brings along. */
const maximumDemo = 20_000;

/** `latchkey serve`: the hub, until it is told to stop. */
export function registerServe(program: Command, io: CliIo): void {
  const t = io.localizer.t.bind(io.localizer);
  program
    .command('serve')
    .description(t('serve.description'))
    .addHelpText('after', `\n${t('serve.environment')}`)
    .option('--demo <number>', t('serve.demo'), (text) => {
      const count = Number(text);
      if (Number.isInteger(count) && count >= 1 && count <= maximumDemo) return count;
      throw new InvalidArgumentError(t('serve.badDemo', { high: maximumDemo }));
    })
    .action(async ({ demo: demoCount }: { demo?: number }) => {
      for (const variable of unknownVariables(io.env)) io.note(t('serve.unknownVariable', { variable }));
      // Loaded here, so that the other commands start without the server's libraries.
      const { startHub } = await import('#core/hub/hub.ts');
      const hub = await startHub(hubOptionsOf(io.env));
      let demo: RunningDemo | undefined;
      try {
        const { url, initialAdmin } = hub;
        const lines = [t('serve.ready', { url })];
        if (initialAdmin) {
          lines.push('', t('serve.firstStart'), '');
          lines.push(`  ${t('serve.email')}: ${initialAdmin.email}`);
          lines.push(`  ${t('serve.password')}: ${initialAdmin.password}`, '');
        }
        io.result({ url, initialAdmin: initialAdmin ?? null }, lines.join('\n'));
        if (demoCount !== undefined) {
          const { startDemo } = await import('../demo/demo.ts');
          const { localDemoHub } = await import('../demo/local-demo-hub.ts');
          const onProblem = (problem: string): void => io.note(t('serve.demoEnded', { problem }));
          demo = await startDemo({ hub: localDemoHub(hub), count: demoCount, onProblem });
          io.note(t('serve.demoStarted', { count: demoCount }));
        }
        await stopRequested(io.signal);
      } finally {
        await demo?.stop();
        await hub.close();
      }
    });
}

function stopRequested(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
