import type { Activate, CommandContext, Latchkey, SetUp } from '../../protocol/api/index.ts';
import { isOver, Wizard, type AnswerArguments } from './wizard.ts';

interface SetUpArguments {
  readonly session: string;
  readonly name?: string;
  readonly group?: string;
}

/** What `attended.setUp` answers to a program. */
export interface SetUpResult {
  readonly id: string;
  readonly device: string | null;
  readonly passwordStored: boolean | null;
}

export const activate: Activate = (latchkey) => {
  const { commands, sessions, setUps, l10n, environment, subscriptions } = latchkey;
  const wizard = new Wizard(latchkey);
  const inBackground = (work: Promise<unknown>): void =>
    void work.catch((error: Error) => latchkey.log.warn(error.message));
  subscriptions.push(
    commands.register('attended.invite', async () => {
      const { session, key, link } = await sessions.invite();
      await sessions.show(session.id);
      return { id: session.id, key, link };
    }),
    commands.register<SetUpArguments>('attended.setUp', async (args, context) => {
      if (environment.kind === 'headless') return setUpUnseen(latchkey, args, context);
      const underWay = (await setUps.list()).find((each) => each.session === args.session && !isOver(each));
      await (underWay ? wizard.open(underWay) : wizard.begin(args.session));
      return null;
    }),
    commands.register<AnswerArguments>('attended.answer', async (args) => {
      await wizard.answer(args);
      return null;
    }),
    setUps.onDidChange((setUp) => inBackground(wizard.changed(setUp))),
    l10n.onDidChange(() => inBackground(wizard.refresh())),
  );
};

/** The whole of it, for a program: nickname and group are given beforehand. */
async function setUpUnseen(
  latchkey: Latchkey,
  { session, name, group: given }: SetUpArguments,
  { token, progress }: CommandContext,
): Promise<SetUpResult | null> {
  const { groups, setUps, l10n } = latchkey;
  // Everything that can be wrong is found out before the customer is asked.
  const group = given ?? (await groups.pick({ title: l10n.t('setUp.group.title') }));
  if (group === undefined) return null;
  const begun = await setUps.begin(session);
  if (!begun) return null;
  token.onCancellationRequested(() => void setUps.cancel(begun.id).catch(() => {}));
  progress({ message: l10n.t('progress.asking') });
  const allowed = await until(latchkey, begun, ({ state }) => state !== 'asking');
  if (allowed.state === 'details') {
    progress({ message: l10n.t('progress.installing') });
    await setUps.complete(begun.id, { nickname: name?.trim() || null, group });
  }
  const { id, state, device, passwordStored, problem } = await until(latchkey, begun, isOver);
  if (state === 'done') return { id, device, passwordStored };
  throw new Error(l10n.t(`error.${state}`, { problem: problem ? await l10n.describeProblem(problem) : '' }));
}

/** Waits until the set-up is as it is wanted. */
async function until({ setUps }: Latchkey, { id }: SetUp, is: (setUp: SetUp) => boolean): Promise<SetUp> {
  return new Promise((resolve, reject) => {
    const look = (setUp: SetUp): void => {
      if (setUp.id !== id || !is(setUp)) return;
      listening.dispose();
      resolve(setUp);
    };
    const listening = setUps.onDidChange(look);
    // It may have changed before anybody listened.
    setUps.list().then((all) => all.forEach(look), reject);
  });
}
