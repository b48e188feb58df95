import { version } from '#core/base/version.ts';
import { registerBackup } from './commands/backup.ts';
import { registerCommands } from './commands/commands.ts';
import { registerDevices } from './commands/devices.ts';
import { registerEndpoint } from './commands/endpoint.ts';
import { registerLogin } from './commands/login.ts';
import { registerLogout } from './commands/logout.ts';
import { registerResetTwoFactor } from './commands/reset-two-factor.ts';
import { registerRestore } from './commands/restore.ts';
import { registerRun } from './commands/run.ts';
import { registerServe } from './commands/serve.ts';
import { registerSimulate } from './commands/simulate.ts';
import { main, type Register } from './main.ts';

/** The subcommands, in the order that help lists them. */
const commands: Register[] = [
  registerServe,
  registerLogin,
  registerLogout,
  registerCommands,
  registerRun,
  registerDevices,
  registerBackup,
  registerRestore,
  registerResetTwoFactor,
  registerEndpoint,
  registerSimulate,
];

process.exitCode = await main(process.argv.slice(2), commands, version);
