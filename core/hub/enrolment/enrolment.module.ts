import { ContainerModule } from 'inversify';
import { TechnicianDirectory } from '../accounts/technician-directory.ts';
import { AssignmentRuleService } from '../assignment-rules/assignment-rule-service.ts';
import { KeyHolders } from '../device-matches/key-holders.ts';
import { ReturningComputers } from '../device-matches/returning-computers.ts';
import { Whereabouts } from '../device-matches/whereabouts.ts';
import { DeviceEvents } from '../devices/device-events.ts';
import { GroupService } from '../groups/group-service.ts';
import { HubPart } from '../hub-part.ts';
import { PermissionService } from '../permissions/permission-service.ts';
import { PortalAppearanceService } from '../portal/portal-appearance-service.ts';
import { SetUpTokens } from '../set-ups/set-up-tokens.ts';
import { HubIdentity } from '../store/hub-identity.ts';
import { Store } from '../store/store.ts';
import { WorkbenchHandlers } from '../workbench/workbench-handlers.ts';
import { Admissions } from './admissions.ts';
import { ApprovalService } from './approval-service.ts';
import { EnrolmentHandlers } from './enrolment-handlers.ts';
import { EnrolmentService } from './enrolment-service.ts';
import { GroupNames } from './group-names.ts';

export const enrolmentModule = new ContainerModule(({ bind }) => {
  bind(GroupNames)
    .toResolvedValue((store: Store, groups: GroupService) => new GroupNames(store, groups), [Store, GroupService])
    .inSingletonScope();
  bind(HubPart).toService(GroupNames);
  bind(Admissions)
    .toResolvedValue((events: DeviceEvents) => new Admissions(events), [DeviceEvents])
    .inSingletonScope();
  bind(EnrolmentService)
    .toResolvedValue(
      (
        store: Store,
        identity: HubIdentity,
        groups: GroupNames,
        setUps: SetUpTokens,
        appearance: PortalAppearanceService,
        admissions: Admissions,
        returning: ReturningComputers,
        keyHolders: KeyHolders,
        whereabouts: Whereabouts,
        rules: AssignmentRuleService,
        directory: TechnicianDirectory,
      ) =>
        new EnrolmentService({
          ...{ store, identity, groups, setUps, appearance },
          ...{ admissions, returning, keyHolders, whereabouts, rules, directory },
        }),
      [
        Store,
        HubIdentity,
        GroupNames,
        SetUpTokens,
        PortalAppearanceService,
        Admissions,
        ReturningComputers,
        KeyHolders,
        Whereabouts,
        AssignmentRuleService,
        TechnicianDirectory,
      ],
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
