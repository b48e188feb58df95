import manifest from '../../package.json' with { type: 'json' };
import { main, type Register } from './main.ts';

/** The subcommands, in the order that help lists them. */
const commands: Register[] = [];

process.exitCode = await main(process.argv.slice(2), commands, manifest.version);
