import type { Activate } from '../../protocol/api/index.ts';
import { Relays } from './relays.ts';
import { ScheduleCommands, type NamedSchedule, type ScheduleArguments } from './schedule-commands.ts';
import { SchedulePages } from './schedule-pages.ts';
import { setPassword, type PasswordArguments } from './set-password.ts';
import { Texts } from './texts.ts';
import { WakeCommand, type WakeArguments } from './wake-command.ts';

export const activate: Activate = (latchkey) => {
  const { commands, devices, l10n, subscriptions } = latchkey;
  const wake = new WakeCommand(latchkey);
  const relays = new Relays(latchkey);
  const pages = new SchedulePages(latchkey, new Texts(l10n));
  const schedules = new ScheduleCommands(latchkey, pages);
  subscriptions.push(
    commands.register('wake.schedules', () => schedules.list()),
    commands.register<ScheduleArguments>('wake.addSchedule', (args) => schedules.add(args)),
    commands.register<Required<NamedSchedule> & ScheduleArguments>('wake.changeSchedule', (args) =>
      schedules.change(args),
    ),
    commands.register<NamedSchedule>('wake.editSchedule', (args) => schedules.edit(args)),
    commands.register<NamedSchedule>('wake.deleteSchedule', (args) => schedules.delete(args)),
    commands.register<NamedSchedule>('wake.showSchedule', (args) => schedules.show(args)),
    commands.register<{ wake: string }>('wake.showResults', (args, context) => schedules.results(args, context)),
    commands.register<WakeArguments>('device.wake', (args, context) => wake.run(args, context)),
    commands.register<PasswordArguments>('device.setWakePassword', (args) => setPassword(latchkey, args)),
    commands.register('wake.relays', () => relays.open()),
    commands.register<{ relays: string }>('wake.setRelays', (args) => relays.set(args.relays)),
    devices.wakeSchedules.onDidChange(() => void pages.update()),
    l10n.onDidChange(() => {
      wake.refresh();
      void pages.update();
    }),
  );
};
