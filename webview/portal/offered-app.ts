import type { Platform } from '#protocol/facts.ts';
import type { Architecture, ThisSystem } from './this-system.ts';

/** A customer app that there is, or could be. */
export interface OfferedApp {
  readonly platform: Platform;
  readonly architecture: Architecture;
  readonly available: boolean;
  /** The name that it is saved under. */
  readonly file?: string | undefined;
}

/** `linux.x64`: one for each system and processor. */
export const keyOf = ({ platform, architecture }: OfferedApp): string => `${platform}.${architecture}`;

/** The one for this computer, as far as its browser tells; where the processor is not told, the one that most have. */
export function appFor(apps: readonly OfferedApp[], { platform, architecture }: ThisSystem): OfferedApp | undefined {
  const fitting = apps.filter((app) => app.platform === platform);
  const guess = architecture ?? (platform === 'macos' ? 'arm64' : 'x64');
  const exact = fitting.find((app) => app.architecture === guess);
  // Most systems run programs of the other processor; where it is known that there is none, that is said.
  return exact ?? fitting.find(({ available }) => available) ?? fitting[0];
}

/** The one for a Mac's other processor, where its browser does not tell which it has and there are both. */
export function otherProcessor(
  apps: readonly OfferedApp[],
  app: OfferedApp,
  { platform, architecture }: ThisSystem,
): OfferedApp | undefined {
  if (app.platform !== 'macos' || platform !== 'macos' || architecture !== undefined) return undefined;
  return apps.find((each) => each.platform === 'macos' && each.architecture !== app.architecture && each.available);
}
