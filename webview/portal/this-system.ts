import type { Platform } from '#protocol/facts.ts';

export type Architecture = 'x64' | 'arm64';

/** The visitor's computer, as far as its browser tells. */
export interface ThisSystem {
  readonly platform: Platform | undefined;
  /** Some browsers never say which processor there is. */
  readonly architecture: Architecture | undefined;
  /** A phone or a tablet: not the computer that is meant. */
  readonly mobile: boolean;
}

/** The parts of a browser's `navigator` that are looked at. */
export interface NavigatorLike {
  readonly userAgent: string;
  readonly platform?: string;
  readonly maxTouchPoints?: number;
  readonly userAgentData?: {
    readonly platform?: string;
    readonly mobile?: boolean;
    getHighEntropyValues?(hints: string[]): Promise<{ architecture?: string; bitness?: string }>;
  };
}

export async function thisSystem(navigator: NavigatorLike): Promise<ThisSystem> {
  const { userAgent, userAgentData } = navigator;
  const said = `${userAgentData?.platform ?? ''} ${userAgent}`;
  // A tablet of Apple says that it is a Mac, but no Mac has a touch screen.
  const tablet = /\bMacintosh\b/.test(userAgent) && (navigator.maxTouchPoints ?? 0) > 1;
  if (userAgentData?.mobile || tablet || /Android|iPhone|iPad|iPod|Mobile/.test(said))
    return { platform: undefined, architecture: undefined, mobile: true };
  return { platform: platformIn(said), architecture: await architectureOf(navigator), mobile: false };
}

function platformIn(said: string): Platform | undefined {
  if (/Windows/.test(said)) return 'windows';
  if (/macOS|Macintosh|Mac OS X/.test(said)) return 'macos';
  // Chrome OS runs no programs of Linux' own.
  if (/Linux|X11/.test(said) && !/CrOS|Chrome ?OS|Chromium OS/.test(said)) return 'linux';
  return undefined;
}

async function architectureOf({
  userAgent,
  userAgentData,
  platform,
}: NavigatorLike): Promise<Architecture | undefined> {
  const values = await userAgentData?.getHighEntropyValues?.(['architecture', 'bitness']).catch(() => undefined);
  if (values?.architecture === 'arm') return 'arm64';
  if (values?.architecture === 'x86') return 'x64';
  if (/aarch64|arm64/i.test(`${platform ?? ''} ${userAgent}`)) return 'arm64';
  if (/x86_64|Win64|WOW64|amd64/i.test(`${platform ?? ''} ${userAgent}`)) return 'x64';
  // Safari says "Intel" on every Mac.
  return undefined;
}
