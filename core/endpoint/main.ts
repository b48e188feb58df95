import { runOnWindows } from './commands/windows/windows-main.ts';
import { runEndpointCli } from './endpoint-cli.ts';
import { helperArgument, runFileHelper } from './file-transfer/file-helper.ts';
import { rootInstallerArgument, runRootInstaller } from './set-up/macos/root-installer.ts';
import { isSingleProgram } from './program/single-program.ts';
import { runTerminalHelper, terminalHelperArgument } from './terminal/windows/terminal-helper.ts';

if (process.argv[2] === helperArgument) void runFileHelper(process.argv.slice(3));
else if (process.argv[2] === terminalHelperArgument) void runTerminalHelper(process.argv.slice(3));
else if (process.argv[2] === rootInstallerArgument)
  void runRootInstaller(process.argv.slice(3)).then((code) => (process.exitCode = code));
else runEndpoint();

function runEndpoint(): void {
  const stopping = new AbortController();
  // A second Ctrl+C ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());

  const run = isSingleProgram() && process.platform === 'win32' ? runOnWindows : runEndpointCli;
  void run(process.argv.slice(2), {
    env: process.env,
    signal: stopping.signal,
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  }).then((code) => {
    process.exitCode = code;
  });
}
