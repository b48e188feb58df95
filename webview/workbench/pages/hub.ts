import { EMPTY, debounceTime, distinctUntilChanged, filter, interval, map, merge, type Observable } from 'rxjs';
import { HubConnection } from '#core/workbench/connection/hub-connection.ts';
import { DeviceReplica } from '#core/workbench/devices/device-replica.ts';
import { EditorService, editorKey, type EditorInput } from '#core/workbench/editors/editor-service.ts';
import { SessionService } from '#core/workbench/sessions/session-service.ts';
import { PermissionService } from '#core/workbench/permissions/permission-service.ts';
import type { Device } from '#protocol/devices.ts';
import type { Group } from '#protocol/groups.ts';
import type { RequestContract } from '#protocol/messages.ts';
import type { Permission } from '#protocol/permissions.ts';
import type { Presence } from '#protocol/presence.ts';
import { inject } from '#webview/base/services.ts';

/** Asks the hub. */
export const request = <P, R>(contract: RequestContract<P, R>, params: NoInfer<P>): Promise<R> =>
  inject(HubConnection).request(contract, params);

/** Emits whenever the connection to the hub has come back: what a page shows may be old by then. */
export const reconnected$ = (): Observable<unknown> =>
  inject(HubConnection).status$.pipe(
    map(({ state }) => state),
    distinctUntilChanged(),
    filter((state) => state === 'online'),
  );

/** Emits whenever what the technician may do, or the reason why not, may be another. */
export const rightsChanges$ = (): Observable<unknown> => inject(PermissionService).changes$;

/** Why the technician lacks a permission; undefined where they have it. */
export const permissionReason = (permission: Permission): string | undefined =>
  inject(PermissionService).reason(permission);

export const openDevice = (device: string): void => {
  const entry = inject(DeviceReplica).get(device);
  inject(EditorService).open({
    kind: 'device',
    id: device,
    title: entry?.name ?? device,
    icon: 'device-desktop',
    data: { device },
  });
};

export const groupNameOf = (group: string): string | undefined => inject(DeviceReplica).group(group)?.name;

export const deviceNameOf = (device: string): string | undefined => inject(DeviceReplica).get(device)?.name;

/** Marks the tab of an editor as holding something that is not saved. */
export const markDirty = (input: EditorInput, dirty: boolean): void => {
  const key = editorKey(input);
  const editors = inject(EditorService);
  if (editors.openTabs.find((tab) => tab.key === key)?.dirty !== dirty) editors.update(key, { dirty });
};

/** A device as its page's header shows it. */
export interface DeviceView {
  readonly device: Device;
  readonly presence: Presence;
  /** Since when it is so, milliseconds since 1970. */
  readonly since: number | null;
  readonly group: Group | undefined;
  /** False while the hub is away: whether the device can be reached is then not known. */
  readonly live: boolean;
}

/** A device, and each change of it; null while there is none. Nothing is emitted before the replica has been read. */
export function device$(id: string): Observable<DeviceView | null> {
  const replica = inject(DeviceReplica);
  const changed = replica.changes$.pipe(
    filter(({ reset, devices, presence, groups }) => reset || groups || devices.has(id) || presence.has(id)),
  );
  return merge(replica.state$, changed).pipe(
    filter(() => replica.state !== 'empty' || replica.get(id) !== undefined),
    map(() => {
      const entry = replica.get(id);
      if (!entry) return null;
      const { device, presence, presenceSince } = entry;
      return {
        device,
        presence,
        since: presenceSince ?? null,
        group: replica.group(device.group),
        live: replica.state === 'live',
      };
    }),
  );
}

/**
 * Emits when there may be new audit entries: after changes of devices (of one, where it is named) and groups, and when the
 * connection is back. What changes nothing that a workbench hears of is found by a look every half minute.
 */
export function auditChanges$(device: string | undefined, session?: string): Observable<unknown> {
  const changed = inject(DeviceReplica).changes$.pipe(
    filter(
      ({ reset, devices, groups }) =>
        reset || groups || (device === undefined ? devices.size > 0 : devices.has(device)),
    ),
  );
  const look = interval(30_000).pipe(filter(() => !document.hidden));
  const inSession = session === undefined ? EMPTY : inject(SessionService).session$(session);
  return merge(changed, inSession, reconnected$(), look).pipe(debounceTime(200));
}
