export function buildExtensions(options: {
  readonly extensionsFile: string;
  readonly folder: string;
  readonly out: string;
}): Promise<{ built: string[]; problems: { extension: string; problem: string }[] }>;
