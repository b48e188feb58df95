import { ContainerModule } from 'inversify';
import { NotificationService } from '../notifications/notification-service.ts';
import { ProgressService } from './progress-service.ts';

export const progressModule = new ContainerModule(({ bind }) => {
  bind(ProgressService)
    .toResolvedValue((notifications: NotificationService) => new ProgressService(notifications), [NotificationService])
    .inSingletonScope();
});
