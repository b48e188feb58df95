import { version } from '#core/base/version.ts';
import { main, type Register } from './main.ts';

/** The subcommands, in the order that help lists them. */
const commands: Register[] = [];

process.exitCode = await main(process.argv.slice(2), commands, version);
