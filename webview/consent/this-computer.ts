/** The page runs on the computer that it speaks of. */
const systemOfBrowser = (): string => {
  const data = (navigator as { userAgentData?: { platform?: string } }).userAgentData;
  return data?.platform || navigator.platform;
};
export const onWindows = (): boolean => /^win/i.test(systemOfBrowser());
export const onMac = (): boolean => /^mac/i.test(systemOfBrowser());
