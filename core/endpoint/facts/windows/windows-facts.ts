import { release, version } from 'node:os';
import { z } from 'zod';
import { cleanUsers, cleanUuid, cleanValue, withoutGaps } from '../clean-value.ts';
import type { PlatformFacts } from '../platform-facts.ts';
import { runProgram } from '../run-program.ts';

/** One start of PowerShell for all of the hardware; `Stop` so that half an answer is none. */
const hardwareScript = `
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
$product = Get-CimInstance Win32_ComputerSystemProduct
$bios = Get-CimInstance Win32_BIOS
$system = Get-CimInstance Win32_ComputerSystem
@{ uuid = $product.UUID; serial = $bios.SerialNumber; manufacturer = $system.Manufacturer; model = $system.Model } | ConvertTo-Json -Compress
`;
const text = z.string().nullish();
const hardwareAnswer = z.object({ uuid: text, serial: text, manufacturer: text, model: text });

export function windowsFacts(run: typeof runProgram = runProgram): PlatformFacts {
  return {
    async system() {
      return { platform: 'windows', name: version().slice(0, 255) || 'Windows', version: release().slice(0, 255) };
    },
    async users() {
      return parseQueryUser((await run('query.exe', ['user'])) ?? '');
    },
    async hardware() {
      const flags = ['-NoProfile', '-NonInteractive', '-Command'];
      const answer = await run('powershell.exe', [...flags, hardwareScript]);
      const parsed = hardwareAnswer.safeParse(parseJson(answer ?? '')).data;
      return withoutGaps({
        serial: cleanValue(parsed?.serial ?? undefined),
        smbiosUuid: cleanUuid(parsed?.uuid ?? undefined),
        manufacturer: cleanValue(parsed?.manufacturer ?? undefined),
        model: cleanValue(parsed?.model ?? undefined),
      });
    },
    // Node derives it from the time since the start, which is all that there is without another start of PowerShell.
    bootedAt: () => Promise.resolve(undefined),
  };
}

/** The first column of `query user`, whatever language its heading is in; the reader's own line begins with `>`. */
export function parseQueryUser(output: string): string[] {
  const lines = output.split(/\r?\n/).slice(1);
  return cleanUsers(lines.map((line) => line.replace(/^[> ]/, '').split(/\s{2,}/)[0] ?? ''));
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
