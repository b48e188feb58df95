import type { ReactiveControllerHost } from 'lit';
import type { DeviceDetails } from '#protocol/devices.ts';
import { installerRequests, type Installer } from '#protocol/installers.ts';
import { formatDateTime, t } from '#webview/base/l10n.ts';
import { request } from '../pages/hub.ts';

const known = new Map<string, Installer | null>();

/** How a device came in. */
export function joinedByText(
  host: ReactiveControllerHost,
  { setUpBy, installer }: Pick<DeviceDetails, 'setUpBy' | 'installer'>,
): string {
  if (setUpBy === 'attended' || setUpBy === 'portal') return t(`devicePage.joinedBy.${setUpBy}`);
  return installerText(host, installer);
}

/** Which installer brought a device in: its name or, while that is not known, its identifier. */
function installerText(host: ReactiveControllerHost, id: string | null): string {
  if (id === null) return t('devicePage.installerUnknown');
  const installer = known.get(id);
  if (installer === undefined) {
    known.set(id, null);
    void find().finally(() => host.requestUpdate());
  }
  if (!installer) return id;
  const made = { by: installer.createdBy, at: formatDateTime(installer.createdAt) };
  return installer.name === null
    ? t('devicePage.installerUnnamed', made)
    : t('devicePage.installer', { name: installer.name, ...made });
}

async function find(): Promise<void> {
  try {
    for (const installer of await request(installerRequests.list, {})) known.set(installer.id, installer);
  } catch {
    // Not allowed, or not reachable now: the identifier says enough.
  }
}
