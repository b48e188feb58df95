import { ContainerModule } from 'inversify';
import { DeviceEvents } from '../devices/device-events.ts';
import { GroupService } from '../groups/group-service.ts';
import { HubPart } from '../hub-part.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import { SetUpTokens } from '../set-ups/set-up-tokens.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { ApprovalService } from './approval-service.ts';
import { EnrolmentHandlers } from './enrolment-handlers.ts';
import { EnrolmentService } from './enrolment-service.ts';
import { GroupNames } from './group-names.ts';

export const enrolmentModule = new ContainerModule(({ bind }) => {
  bind(GroupNames)
    .toResolvedValue((store: Store, groups: GroupService) => new GroupNames(store, groups), [Store, GroupService])
    .inSingletonScope();
  bind(HubPart).toService(GroupNames);
  bind(EnrolmentService)
    .toResolvedValue(
      (
        store: Store,
        identity: HubIdentity,
        events: DeviceEvents,
        groups: GroupNames,
        setUps: SetUpTokens,
        appearance: PortalAppearanceService,
      ) => new EnrolmentService(store, identity, events, groups, setUps, appearance),
      [Store, HubIdentity, DeviceEvents, GroupNames, SetUpTokens, PortalAppearanceService],
    )
    .inSingletonScope();
  bind(WorkbenchHandlers)
    .toResolvedValue(
      (store: Store, events: DeviceEvents, permissions: PermissionService) =>
        new EnrolmentHandlers(new ApprovalService(store, events, permissions)),
      [Store, DeviceEvents, PermissionService],
    )
    .inSingletonScope();
});
