import { readFileSync } from 'node:fs';
import type { FormatContext, FormatLayout } from '../../format-layout.ts';
import { selfExtracting } from '../../unix/self-extracting.ts';
import { script } from '../../unix/shell-scripts.ts';
import { macosFile, oldestSystem } from '../pkg/pkg-layout.ts';

/** The customer app for Macs of one processor: as Linux's, and what it can install is what the package does. */
export const macAppLayout = (context: FormatContext): Promise<FormatLayout> => {
  const { version, architecture } = context;
  const own = { VERSION: version, MACHINE: architecture, SYSTEM: `macOS, ${architecture}`, OLDEST: oldestSystem };
  return selfExtracting(
    (places) => script('customer-app.sh', { ...places, ...own }, 'macos'),
    [
      ...['usr/', 'usr/local/', 'usr/local/bin/'].map((path) => ({ path, mode: 0o755 })),
      { path: 'usr/local/bin/latchkey-endpoint', mode: 0o755, content: readFileSync(macosFile('command.sh')) },
      ...['Library/', 'Library/LaunchDaemons/'].map((path) => ({ path, mode: 0o755 })),
      {
        path: 'Library/LaunchDaemons/latchkey-endpoint.plist',
        mode: 0o644,
        content: readFileSync(macosFile('latchkey-endpoint.plist')),
      },
      { path: 'install.sh', mode: 0o755, content: script('install.sh', { VERSION: version }, 'macos') },
    ],
    context,
  );
};
