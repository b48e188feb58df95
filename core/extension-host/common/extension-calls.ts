import { bufferTime, filter, type Observable } from 'rxjs';
import { DisposableStore, toDisposable, type Disposable } from '#core/base/lifecycle.ts';
import type { Call, RpcConnection } from '#core/base/rpc/rpc-connection.ts';
import type { DeviceActionOutcome } from '#core/workbench/device-actions/device-action-service.ts';
import { deviceActionRequests } from '#protocol/device-actions.ts';
import { deviceRequests } from '#protocol/devices.ts';
import { LatchkeyError } from '#protocol/errors.ts';
import { eventsToExtension, toWorkbench } from '#protocol/extension-host.ts';
import type { OfferedExtension } from '#protocol/extensions.ts';
import { installerRequests } from '#protocol/installers.ts';
import type { Capability } from '#protocol/manifest.ts';
import type { RequestContract, ResultOf } from '#protocol/messages.ts';
import { portalPageRequests } from '#protocol/portal.ts';
import { rollOutRequests } from '#protocol/roll-outs.ts';
import { sessionRequests } from '#protocol/sessions.ts';
import { setUpRequests } from '#protocol/set-ups.ts';
import { wakeRequests, type WakeOutcomes } from '#protocol/wake.ts';
import type { ExtensionServices } from './extension-services.ts';
import { Bucket } from './limited-channel.ts';

type MutableOutcome = ResultOf<typeof toWorkbench.devicesAct.contract>;

/** Questions to the person that one extension may have open at once. */
const openQuestionsAllowed = 10;
/** Messages and pages that one extension may put before the person: at once, and each second in the long run. */
const shownAllowed = { burst: 30, perSecond: 1 };
/** Context keys of one extension. */
const contextKeysAllowed = 1000;
/** Calls of one extension that may be under way at once. */
const openCallsAllowed = 10_000;
/** Milliseconds over which changes of devices are gathered into one event. */
const gatherEvents = 100;

/**
 * The one place where what an extension asks for is checked: the message against its contract (by `RpcConnection`), the
 * capability against manifest and grant, and that it touches contributions of its own alone.
 */
export function serveExtensionCalls(
  rpc: RpcConnection,
  { manifest, granted }: Pick<OfferedExtension, 'manifest' | 'granted'>,
  services: ExtensionServices,
): Disposable {
  const { name } = manifest;
  const allowed = new Set(granted.filter((capability) => manifest.capabilities.includes(capability)));
  const views = new Set(Object.values(manifest.contributes.views).flatMap((list) => list.map(({ id }) => id)));
  const store = new DisposableStore();
  const done = {};
  let calls = 0;
  let questions = 0;

  function serve<P, R>(
    { capability, contract }: { capability: Capability | null; contract: RequestContract<P, R> },
    handler: (params: P, call: Call) => R | Promise<R>,
  ): void {
    rpc.handle(contract, async (params, call) => {
      if (capability !== null && !allowed.has(capability)) {
        throw new LatchkeyError('extension.capabilityMissing', { extension: name, capability });
      }
      if (calls >= openCallsAllowed) throw new LatchkeyError('rpc.tooMany', { seconds: 1 });
      calls++;
      try {
        return await handler(params, call);
      } finally {
        calls--;
      }
    });
  }
  /** Sends events on, from the first time that the extension asks for them. */
  function serveSubscription<E>(
    call: typeof toWorkbench.devicesSubscribe,
    events$: Observable<E>,
    send: (event: E) => void,
  ): void {
    let subscribed = false;
    serve(call, () => {
      if (subscribed) return done;
      subscribed = true;
      const subscription = events$.subscribe(send);
      store.add(toDisposable(() => subscription.unsubscribe()));
      return done;
    });
  }
  const question =
    <P, R>(ask: (extension: string, params: P) => Promise<R>) =>
    async (params: P): Promise<R> => {
      if (questions >= openQuestionsAllowed) throw new LatchkeyError('rpc.tooMany', { seconds: 1 });
      questions++;
      try {
        return await ask(name, params);
      } finally {
        questions--;
      }
    };
  const shown = new Bucket(shownAllowed.burst, shownAllowed.perSecond, performance.now());
  const seldom = (): void => {
    if (!shown.take(1, performance.now())) throw new LatchkeyError('rpc.tooMany', { seconds: 1 });
  };
  const contextKeys = new Set<string>();
  /** Its own only: what another extension or the workbench itself put there is none of its business. */
  const own = (is: boolean, method: string, problem: string): void => {
    if (!is) throw new LatchkeyError('rpc.invalidParams', { method, problem });
  };
  // devices
  serve(toWorkbench.devicesQuery, ({ query, limit }) => services.queryDevices(query, limit));
  serve(toWorkbench.devicesGet, ({ device }) => ({ device: services.device(device) ?? null }));
  serve(toWorkbench.devicesDetails, ({ device }, { token }) => services.hub(deviceRequests.get, { device }, { token }));
  serve(toWorkbench.devicesRename, (params, { token }) => services.hub(deviceRequests.rename, params, { token }));
  const named = <O extends WakeOutcomes>(outcomes: O): O & { names: string[] } => ({
    ...outcomes,
    names: outcomes.outcomes.map(({ device }) => services.device(device)?.name ?? device),
  });
  serve(toWorkbench.devicesWake, async (params, { token, progress }) =>
    named(await services.hub(wakeRequests.run, params, { token, onProgress: progress, timeout: 0 })),
  );
  serve(toWorkbench.wakeSchedulesList, (_, { token }) => services.hub(wakeRequests.schedules, {}, { token }));
  serve(toWorkbench.wakeSchedulesSave, (params, { token }) =>
    services.hub(wakeRequests.saveSchedule, params, { token }),
  );
  serveSubscription(toWorkbench.wakeSchedulesSubscribe, services.wakeSchedulesChanged$, () =>
    rpc.notify(eventsToExtension.wakeSchedulesChanged, {}),
  );
  serve(toWorkbench.wakeSchedulesDelete, (params, { token }) =>
    services.hub(wakeRequests.deleteSchedule, params, { token }),
  );
  serve(toWorkbench.wakeSchedulesHistory, (params, { token }) => services.hub(wakeRequests.history, params, { token }));
  serve(toWorkbench.wakeSchedulesResults, async (params, { token }) =>
    named(await services.hub(wakeRequests.results, params, { token })),
  );
  serve(toWorkbench.devicesWakeRelays, (_, { token }) => services.hub(wakeRequests.relays, {}, { token }));
  serve(toWorkbench.devicesSetWakeRelays, (params, { token }) =>
    services.hub(wakeRequests.setRelays, params, { token }),
  );
  serve(toWorkbench.devicesSetWakePassword, (params, { token }) =>
    services.hub(wakeRequests.setPassword, params, { token }),
  );
  const acted = async (quiet: boolean, run: Promise<DeviceActionOutcome>): Promise<MutableOutcome> => {
    const outcome = await run;
    if (!quiet) services.tellOfAction(outcome);
    return { ...outcome, results: [...outcome.results] };
  };
  serve(toWorkbench.devicesAct, ({ action, devices, quiet }, { token, progress }) =>
    acted(quiet, services.actions.act(action, devices, { token, onProgress: progress })),
  );
  serve(toWorkbench.devicesUndo, ({ job, quiet }, { token, progress }) =>
    acted(quiet, services.actions.undo(job, { token, onProgress: progress })),
  );
  serve(toWorkbench.devicesRetry, ({ job, quiet }, { token, progress }) =>
    acted(quiet, services.actions.retry(job, { token, onProgress: progress })),
  );
  const devicesChanged$ = services.devicesChanged$.pipe(
    bufferTime(gatherEvents),
    filter((batches) => batches.length > 0),
  );
  serveSubscription(toWorkbench.devicesSubscribe, devicesChanged$, (batches) =>
    rpc.notify(eventsToExtension.devicesChanged, { devices: [...new Set(batches.flat())] }),
  );

  serve(toWorkbench.devicesQueued, (params, { token }) => services.hub(deviceActionRequests.queued, params, { token }));
  serve(toWorkbench.devicesDeleted, (params, { token }) =>
    services.hub(deviceActionRequests.deleted, params, { token }),
  );
  serve(toWorkbench.devicesCancel, (params) => services.hub(deviceActionRequests.cancel, params));
  serveSubscription(toWorkbench.actionsSubscribe, services.actionsChanged$, () =>
    rpc.notify(eventsToExtension.actionsChanged, {}),
  );

  // groups
  serve(toWorkbench.groupsList, (_, { token }) => services.groups({ token }));
  serveSubscription(toWorkbench.groupsSubscribe, services.groupsChanged$, () =>
    rpc.notify(eventsToExtension.groupsChanged, {}),
  );

  // installers
  serve(toWorkbench.installersList, (params, { token }) => services.hub(installerRequests.list, params, { token }));
  serve(toWorkbench.installersFormats, (_, { token }) => services.hub(installerRequests.formats, {}, { token }));
  serve(toWorkbench.installersGenerate, ({ group, name: title = null, limit, expiresAt = null }, { token }) => {
    const params = { group, name: title, expiresAt, ...(limit === undefined ? {} : { limit }) };
    return services.hub(installerRequests.generate, params as never, { token });
  });
  serve(toWorkbench.installersPrepare, (params, { token, progress }) =>
    services.hub(installerRequests.prepare, params, { token, onProgress: progress, timeout: 0 }),
  );
  serve(toWorkbench.installersSave, ({ file, output }) => services.saveInstaller(file, output));
  serve(toWorkbench.installersLedger, (params, { token }) => services.hub(installerRequests.ledger, params, { token }));
  serve(toWorkbench.installersRevoke, (params, { token }) => services.hub(installerRequests.revoke, params, { token }));

  // sessions
  serve(toWorkbench.sessionsList, (_, { token }) => services.hub(sessionRequests.watch, {}, { token }));
  serveSubscription(toWorkbench.sessionsSubscribe, services.sessions.changed$, (session) =>
    rpc.notify(eventsToExtension.sessionChanged, { session }),
  );
  serve(toWorkbench.sessionsInvite, () => services.sessions.invite());
  serve(toWorkbench.sessionsStart, ({ device }) => services.sessions.start(device));
  serve(toWorkbench.sessionsEnd, ({ session }) => services.sessions.end(session));
  serve(toWorkbench.sessionsShow, async ({ session }) => {
    seldom();
    await services.showSession(session);
    return done;
  });

  // setting up with the customer there
  serve(toWorkbench.setUpsList, (_, { token }) => services.hub(setUpRequests.watch, {}, { token }));
  serveSubscription(toWorkbench.setUpsSubscribe, services.setUps.changed$, (setUp) =>
    rpc.notify(eventsToExtension.setUpChanged, { setUp }),
  );
  serve(
    toWorkbench.setUpsBegin,
    question(async (_: string, { session }: { session: string }) => ({ setUp: await services.beginSetUp(session) })),
  );
  serve(toWorkbench.setUpsCancel, ({ setUp }) => services.setUps.cancel(setUp));
  serve(toWorkbench.setUpsComplete, ({ setUp, ...details }) => services.setUps.complete(setUp, details));

  // the public pages
  serve(toWorkbench.portalGet, (_, { token }) => services.hub(portalPageRequests.get, {}, { token }));
  serve(toWorkbench.portalSetAppearance, (params, { token }) =>
    services.hub(portalPageRequests.setAppearance, params, { token }),
  );

  // roll-outs by group policy
  serve(toWorkbench.rollOutsList, (_, { token }) => services.hub(rollOutRequests.list, {}, { token }));
  serve(toWorkbench.rollOutsGet, (params, { token }) => services.hub(rollOutRequests.get, params, { token }));
  serve(toWorkbench.rollOutsCreate, (params, { token }) => services.hub(rollOutRequests.create, params, { token }));
  serve(toWorkbench.rollOutsUpdate, (params, { token }) => services.hub(rollOutRequests.update, params, { token }));
  serve(toWorkbench.rollOutsDelete, (params, { token }) => services.hub(rollOutRequests.delete, params, { token }));
  serve(toWorkbench.rollOutsMade, (params, { token }) => services.hub(rollOutRequests.made, params, { token }));
  serve(toWorkbench.rollOutsProgress, (params, { token }) => services.hub(rollOutRequests.progress, params, { token }));
  serve(toWorkbench.rollOutsPrepare, (params, { token, progress }) =>
    services.hub(rollOutRequests.prepare, params, { token, onProgress: progress, timeout: 0 }),
  );
  serve(toWorkbench.rollOutsSave, ({ file, output }) => services.saveFile(file, output));
  serve(toWorkbench.rollOutsChangeDomain, (params, { progress }) =>
    question(async (_: string, asked: typeof params) => ({ changes: await services.changeDomain(asked, progress) }))(
      params,
    ),
  );
  serveSubscription(toWorkbench.rollOutsSubscribe, services.rollOutsChanged$, (rollOut) =>
    rpc.notify(eventsToExtension.rollOutChanged, { rollOut }),
  );

  // the person at the other end
  const showMessage = question(services.showMessage.bind(services));
  serve(toWorkbench.showMessage, (message) => {
    seldom();
    return showMessage(message);
  });
  serve(toWorkbench.confirm, question(services.confirm.bind(services)));
  serve(toWorkbench.showQuickPick, question(services.showQuickPick.bind(services)));
  serve(toWorkbench.showInputBox, question(services.showInputBox.bind(services)));
  serve(toWorkbench.openPage, (page) => {
    seldom();
    services.openPage(name, page);
    return done;
  });
  serve(toWorkbench.updatePage, (page) => ({ open: services.updatePage(name, page) }));
  serve(toWorkbench.closePage, ({ id }) => {
    services.closePage(name, id);
    return done;
  });
  serve(toWorkbench.writeClipboard, async ({ text }) => {
    await services.writeClipboard(text);
    return done;
  });

  // views, context keys, commands
  serve(toWorkbench.refreshView, ({ view, node }) => {
    own(views.has(view), toWorkbench.refreshView.contract.method, `view: "${view}" is not in the manifest of ${name}`);
    services.refreshView(view, node);
    return done;
  });
  serve(toWorkbench.setContext, ({ key, value }) => {
    own(key.startsWith(`${name}.`), toWorkbench.setContext.contract.method, `key: must begin with "${name}."`);
    if (contextKeys.size >= contextKeysAllowed && !contextKeys.has(key))
      throw new LatchkeyError('rpc.tooMany', { seconds: 1 });
    contextKeys.add(key);
    services.setContext(key, value);
    return done;
  });
  serve(toWorkbench.executeCommand, ({ command, arguments: args }, { token, progress }) =>
    services.executeCommand(command, args, { token, onProgress: progress }),
  );

  // what is kept for it, and what it says
  serve(toWorkbench.storageGet, async ({ key }) => ({ value: (await services.readStorage(name, key)) ?? null }));
  serve(toWorkbench.storageSet, async ({ key, value }) => {
    await services.writeStorage(name, key, value);
    return done;
  });
  serve(toWorkbench.describeProblem, ({ code, args }) => ({ text: services.describeProblem(code, args) }));
  serve(toWorkbench.log, ({ level, message }) => {
    services.log(name, level, message);
    return done;
  });
  return store;
}
