import { release } from 'node:os';
import { cleanUsers, cleanUuid, cleanValue, withoutGaps } from '../clean-value.ts';
import type { PlatformFacts } from '../platform-facts.ts';
import { runProgram } from '../run-program.ts';

export function macosFacts(run: typeof runProgram = runProgram): PlatformFacts {
  return {
    async system() {
      const [product, version] = await Promise.all([
        run('/usr/bin/sw_vers', ['-productName']),
        run('/usr/bin/sw_vers', ['-productVersion']),
      ]);
      const name = [product?.trim() || 'macOS', version?.trim()].filter(Boolean).join(' ');
      return { platform: 'macos', name, version: version?.trim() || release() };
    },
    async users() {
      const text = (await run('/usr/bin/who', [])) ?? '';
      return cleanUsers(text.split('\n').map((line) => line.split(/\s/)[0] ?? ''));
    },
    async hardware() {
      const [registry, model] = await Promise.all([
        run('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']),
        run('/usr/sbin/sysctl', ['-n', 'hw.model']),
      ]);
      const field = (name: string): string | undefined => new RegExp(`"${name}" = "([^"]*)"`).exec(registry ?? '')?.[1];
      return withoutGaps({
        serial: cleanValue(field('IOPlatformSerialNumber')),
        smbiosUuid: cleanUuid(field('IOPlatformUUID')),
        manufacturer: 'Apple Inc.',
        model: cleanValue(model),
      });
    },
    async bootedAt() {
      const seconds = /sec = (\d+)/.exec((await run('/usr/sbin/sysctl', ['-n', 'kern.boottime'])) ?? '')?.[1];
      return seconds === undefined ? undefined : Number(seconds) * 1000;
    },
  };
}
