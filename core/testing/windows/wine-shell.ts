import { systemFolder } from '#core/endpoint/windows/windows-api.ts';

/**
 * Stands where the endpoint chooses a shell: programs that Wine starts in a pseudo console have no standard handles, which Windows
 * gives them. A first command prompt opens those of the console for a second one.
 */
export function windowsShell(): { readonly program: string; readonly commandLine: string } {
  const program = `${systemFolder()}\\cmd.exe`;
  return { program, commandLine: `${program} /c ${program} <CONIN$ >CONOUT$ 2>CONOUT$` };
}
