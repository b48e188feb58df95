/** The language that the computer is set to, where programs are not told one by their environment. */
export const systemLanguage = (platform: NodeJS.Platform = process.platform): string =>
  platform === 'win32' ? Intl.DateTimeFormat().resolvedOptions().locale : 'en';
