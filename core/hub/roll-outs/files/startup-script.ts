import { windowsInstallation } from '#protocol/installers.ts';
import type { GroupPolicyPlan } from '../../domain/group-policy-plan.ts';
import { argument, crlf, utf16 } from './quoting.ts';

export const startupScriptFile = 'latchkey-endpoint.cmd';

/** Where a computer remembers which version of which roll-out it has had, below HKEY_LOCAL_MACHINE. */
const registryKey = 'SOFTWARE\\Latchkey\\RollOuts';
/** As the event log names it. */
export const eventSource = 'Latchkey Roll-out';
/** On each computer: what `msiexec` did. */
export const installLog = '%SystemRoot%\\Temp\\latchkey-endpoint-install.log';

/**
 * ASCII alone: Windows reads such files in the code page of the computer. What may be anything comes as an argument, which is
 * Unicode on every computer, and stands in quotation marks wherever it is used.
 */
const content = crlf(`@echo off
rem Installs the Latchkey endpoint from the shared folder when the computer starts, as the system, once for each version.
rem %1 the package  %2 the roll-out  %3 the version  %4 a property for msiexec, or nothing
setlocal EnableExtensions DisableDelayedExpansion
set "KEY=HKLM\\${registryKey}"
set "LOG=${installLog}"
set "ROLLOUT=%~2"

rem Had it before? Then it is done, or somebody has removed the endpoint since: it does not come back by itself.
set "HAD="
for /f "tokens=1,2,*" %%A in ('reg query "%KEY%" /v "%~2" /reg:64 2^>nul') do if /i "%%A"=="%~2" set "HAD=%%C"
if "%HAD%"=="%~3" exit /b 0
if "%ROLLOUT:~-5%"=="-test" goto wait
sc query ${windowsInstallation.service} >nul 2>&1
if errorlevel 1 goto absent
rem There, but not through this roll-out: it is left as it is.
if not defined HAD goto remember
goto wait
:absent
if defined HAD exit /b 0

:wait
rem The network may not be up yet.
set /a TRIES=0
:again
if exist "%~1" goto install
set /a TRIES+=1
if %TRIES% geq 30 goto unreachable
ping -n 6 127.0.0.1 >nul
goto again

:install
start "" /wait "%SystemRoot%\\System32\\msiexec.exe" /i "%~1" /qn /norestart /l*v "%LOG%" %~4
set "CODE=%ERRORLEVEL%"
if "%CODE%"=="0" goto installed
if "%CODE%"=="1641" goto installed
if "%CODE%"=="3010" goto installed
eventcreate /T ERROR /ID 2 /L APPLICATION /SO "${eventSource}" /D "The Latchkey endpoint was not installed: msiexec ended with %CODE%. See %LOG%" >nul
exit /b %CODE%

:unreachable
eventcreate /T ERROR /ID 3 /L APPLICATION /SO "${eventSource}" /D "The Latchkey endpoint was not installed: the package could not be read from the shared folder. Check the network and the permissions of the share." >nul
exit /b 53

:installed
eventcreate /T INFORMATION /ID 1 /L APPLICATION /SO "${eventSource}" /D "The Latchkey endpoint was installed, version %~3." >nul
:remember
reg add "%KEY%" /v "%~2" /t REG_SZ /d "%~3" /f /reg:64 >nul
exit /b 0
`);

export interface StartupScriptValues {
  /** The package, as computers reach it. */
  readonly package: string;
  readonly rollOut: string;
  readonly version: string;
  /** Whether it is the package that a roll-out is tried with. */
  readonly test: boolean;
  readonly hideInPrograms: boolean;
}

/** What a computer of the target runs when it starts. */
export function startupScript(values: StartupScriptValues): GroupPolicyPlan['startupScript'] {
  const rollOut = values.test ? `${values.rollOut}-test` : values.rollOut;
  const parts = [argument(values.package), rollOut, values.version];
  if (values.hideInPrograms) parts.push(argument('ARPSYSTEMCOMPONENT=1'));
  return { fileName: startupScriptFile, content, parameters: parts.join(' ') };
}

/** `scripts.ini` of a policy ([MS-GPSCR] 2.2.2): UTF-16 with its mark. */
export const scriptsIni = ({ fileName, parameters }: GroupPolicyPlan['startupScript']): Buffer =>
  utf16(crlf(`\n[Startup]\n0CmdLine=${fileName}\n0Parameters=${parameters}\n`));
