import type { Disposable } from '#core/base/lifecycle.ts';
import { lastError, must, windowsCall } from '../../windows/windows-api.ts';

const alreadyExists = 183;
/** `Local`: of this sign-in. */
const name = 'Local\\LatchkeyEndpointTray';

/** @returns undefined where another process shows the icon in this sign-in already; else it is ours until let go, or the end */
export function becomeOnlyTray(): Disposable | undefined {
  const mutex = windowsCall('kernel32', 'void *CreateMutexW(void *, int, str16)')(null, 0, name) as bigint | null;
  const taken = lastError() === alreadyExists;
  must(mutex, 'CreateMutexW');
  const dispose = (): void => void windowsCall('kernel32', 'int CloseHandle(void *)')(mutex);
  if (!taken) return { dispose };
  dispose();
  return undefined;
}
