import { ContainerModule } from 'inversify';
import { WorkbenchStorage } from '../storage/workbench-storage.ts';
import { NotificationService } from './notification-service.ts';

export const notificationsModule = new ContainerModule(({ bind }) => {
  bind(NotificationService)
    .toResolvedValue(
      (storage: WorkbenchStorage) =>
        new NotificationService({
          has: (key) => storage.get<string[]>('notifications.unwanted')?.includes(key) ?? false,
          add: (key) =>
            storage.set('notifications.unwanted', [...(storage.get<string[]>('notifications.unwanted') ?? []), key]),
        }),
      [WorkbenchStorage],
    )
    .inSingletonScope();
});
