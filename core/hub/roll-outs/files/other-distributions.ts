import { windowsInstallation } from '#protocol/installers.ts';
import { argument, crlf, utf8WithMark } from './quoting.ts';
import { installLog } from './startup-script.ts';

/** How the package is installed and removed by whatever distributes software: Intune, Configuration Manager, others (D1). */
export function commandLines(packageFile: string): { install: string; uninstall: string } {
  const file = argument(packageFile);
  return {
    install: `msiexec.exe /i ${file} /qn /norestart /l*v ${argument(installLog)}`,
    uninstall: `msiexec.exe /x ${file} /qn /norestart`,
  };
}

/**
 * Says by its output whether the endpoint of this version, or a newer one, is there: what Intune and Configuration Manager take
 * as *installed*. It reads the list of programs, which an MSI fills.
 */
export const detectionScript = (version: string): Buffer =>
  utf8WithMark(
    crlf(`$ErrorActionPreference = 'Stop'
$wanted = [version] '${version.split('-')[0]}'
$service = Get-Service -Name '${windowsInstallation.service}' -ErrorAction SilentlyContinue
$programs = @(Get-ChildItem 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall' |
        Get-ItemProperty |
        Where-Object { $_.PSObject.Properties['DisplayName'] -and $_.DisplayName -eq '${windowsInstallation.folder}' })
foreach ($program in $programs) {
    if ($service -and [version] $program.DisplayVersion -ge $wanted) {
        Write-Output "${windowsInstallation.folder} $($program.DisplayVersion)"
        exit 0
    }
}
exit 1
`),
  );
