import { version } from '#core/base/version.ts';
import { registerBackup } from './commands/backup.ts';
import { registerEndpoint } from './commands/endpoint.ts';
import { registerRestore } from './commands/restore.ts';
import { registerServe } from './commands/serve.ts';
import { registerSimulate } from './commands/simulate.ts';
import { main, type Register } from './main.ts';

/** The subcommands, in the order that help lists them. */
const commands: Register[] = [registerServe, registerBackup, registerRestore, registerEndpoint, registerSimulate];

process.exitCode = await main(process.argv.slice(2), commands, version);
