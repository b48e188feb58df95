import { z } from 'zod';
import {
  deviceAction,
  deviceActionRequests,
  deviceActionResult,
  deviceJob,
  maximumActionDevices,
} from './device-actions.ts';
import { page } from './declared-page.ts';
import { device, deviceDetails } from './devices.ts';
import { group } from './groups.ts';
import {
  installer,
  installerFile,
  installerFormat,
  installerRequests,
  installerUse,
  offeredFormat,
} from './installers.ts';
import type { Capability } from './manifest.ts';
import { notification, request, type RequestContract } from './messages.ts';
import { portalAppearance, portalPageRequests } from './portal.ts';
import { presence } from './presence.ts';
import { empty, id, name, timestamp } from './primitives.ts';
import { rollOutChange, rollOutFile, rollOutRequests } from './roll-outs.ts';
import { invitation, session } from './sessions.ts';
import { setUp } from './set-ups.ts';
import { wakeOutcomes, wakeRequests } from './wake.ts';

/** The most bytes (characters) of one message between a workbench and an extension. */
export const maximumExtensionMessage = 4 * 1024 * 1024;

/*
 * Workbench to extension, over a port (browser) or a pipe (command line). The extension's side is `api/`, made from
 * these messages by the bootstrap that runs in the extension's own worker or process.
 */

/** A node of an extension's tree view. */
export const treeNode = z.object({
  id: z.string().max(200),
  label: z.string().max(500),
  description: z.string().max(500).optional(),
  tooltip: z.string().max(2000).optional(),
  icon: z.string().max(64).optional(),
  /** `viewItem` in when-clauses of `view/item/context`. */
  contextValue: z.string().max(200).optional(),
  collapsible: z.enum(['none', 'collapsed', 'expanded']).default('none'),
  /** Run when the node is opened. */
  command: z.object({ command: z.string(), arguments: z.record(z.string(), z.unknown()) }).optional(),
  /** What commands from the node's menu get as arguments, as far as their schemas name them. */
  arguments: z.record(z.string(), z.unknown()).optional(),
  /** A device query: the workbench draws the children itself, from the replica, without asking the extension. */
  query: z.string().max(1000).optional(),
});
export type TreeNode = z.output<typeof treeNode>;

export const quickPickItem = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string().optional(),
  detail: z.string().optional(),
  icon: z.string().optional(),
});

const configurationValues = z.record(z.string(), z.unknown());

/** Workbench to extension. */
export const toExtension = {
  activate: request(
    'extension/activate',
    z.object({
      name: z.string(),
      version: z.string(),
      language: z.string(),
      messages: z.record(z.string(), z.string()),
      configuration: configurationValues,
      /** `browser` or `headless`: whether somebody can be asked. */
      environment: z.enum(['browser', 'headless']),
      /** The version of the workbench. */
      workbenchVersion: z.string(),
      /** What the manifest declares, and so may be registered. */
      commands: z.array(z.string()),
      views: z.array(z.string()),
    }),
    empty,
  ),
  deactivate: request('extension/deactivate', empty, empty),
  ping: request('extension/ping', empty, empty),
  executeCommand: request(
    'extension/executeCommand',
    z.object({ command: z.string(), arguments: z.record(z.string(), z.unknown()) }),
    z.unknown(),
  ),
  treeChildren: request(
    'extension/treeChildren',
    z.object({ view: z.string(), node: z.string().nullable() }),
    z.array(treeNode),
  ),
};
export const eventsToExtension = {
  /** Sent to those that subscribed; `devices` are identifiers. */
  devicesChanged: notification('extension/devicesChanged', z.object({ devices: z.array(id) })),
  groupsChanged: notification('extension/groupsChanged', empty),
  /** What waits for devices, or which devices are deleted, may be another. */
  actionsChanged: notification('extension/actionsChanged', empty),
  /** A wake schedule, or how a wake of one goes, may be another. */
  wakeSchedulesChanged: notification('extension/wakeSchedulesChanged', empty),
  /** A session as it is now. */
  sessionChanged: notification('extension/sessionChanged', z.object({ session })),
  setUpChanged: notification('extension/setUpChanged', z.object({ setUp })),
  /** null: any of them may be another one now. */
  rollOutChanged: notification('extension/rollOutChanged', z.object({ rollOut: id.nullable() })),
  configurationChanged: notification('extension/configurationChanged', z.object({ values: configurationValues })),
  languageChanged: notification(
    'extension/languageChanged',
    z.object({ language: z.string(), messages: z.record(z.string(), z.string()) }),
  ),
};

const deviceWithPresence = device.extend({ name: z.string(), presence });
export type DeviceWithPresence = z.output<typeof deviceWithPresence>;

/** What became of an action, on the whole and of each device in the order in which they were named. */
export const deviceActionOutcome = z.object({ job: deviceJob, results: z.array(deviceActionResult) });

/** Results of a wake, with what their devices go by, in the same order. */
const namedWakeOutcomes = wakeOutcomes
  .safeExtend({ names: z.array(z.string()) })
  .refine(({ outcomes, names }) => names.length === outcomes.length);

/** Extension to workbench: each with the capability that it takes, `null` where every extension may. */
export const toWorkbench = {
  // devices
  devicesQuery: needs(
    'devices:read',
    request(
      'devices/query',
      z.object({ query: z.string().max(1000), limit: z.number().int().max(100_000).optional() }),
      z.array(deviceWithPresence),
    ),
  ),
  devicesGet: needs(
    'devices:read',
    request('devices/get', z.object({ device: id }), z.object({ device: deviceWithPresence.nullable() })),
  ),
  devicesDetails: needs('devices:read', request('devices/details', z.object({ device: id }), deviceDetails)),
  devicesRename: needs(
    'devices:write',
    request('devices/rename', z.object({ device: id, nickname: name.nullable() }), device),
  ),
  /** Reports progress; cancelled, it answers at once with what became of each. */
  devicesWake: needs('devices:write', request(wakeRequests.run.method, wakeRequests.run.params, namedWakeOutcomes)),
  devicesWakeRelays: needs('devices:read', wakeRequests.relays),
  devicesSetWakeRelays: needs('devices:write', wakeRequests.setRelays),
  devicesSetWakePassword: needs('devices:write', wakeRequests.setPassword),
  // scheduled wakes
  wakeSchedulesList: needs('devices:read', wakeRequests.schedules),
  wakeSchedulesSave: needs('devices:write', wakeRequests.saveSchedule),
  wakeSchedulesDelete: needs('devices:write', wakeRequests.deleteSchedule),
  wakeSchedulesSubscribe: needs('devices:read', request('wake/subscribeSchedules', empty, empty)),
  wakeSchedulesHistory: needs('devices:read', wakeRequests.history),
  wakeSchedulesResults: needs(
    'devices:read',
    request(
      wakeRequests.results.method,
      z.object({ wake: id, after: z.number().int().nonnegative() }),
      namedWakeOutcomes.safeExtend({ next: z.number().int().nullable() }),
    ),
  ),
  /** Reports progress; cancelled, it answers what had happened by then. The person is told of the end unless `quiet`. */
  devicesAct: needs(
    'devices:write',
    request(
      'devices/act',
      z.object({
        action: deviceAction,
        devices: z.array(id).min(1).max(maximumActionDevices),
        quiet: z.boolean().default(false),
      }),
      deviceActionOutcome,
    ),
  ),
  devicesUndo: needs(
    'devices:write',
    request('devices/undo', z.object({ job: id, quiet: z.boolean().default(false) }), deviceActionOutcome),
  ),
  devicesRetry: needs(
    'devices:write',
    request('devices/retry', z.object({ job: id, quiet: z.boolean().default(false) }), deviceActionOutcome),
  ),
  /** What waits for devices, and which were deleted. */
  devicesQueued: needs('devices:read', deviceActionRequests.queued),
  devicesDeleted: needs('devices:read', deviceActionRequests.deleted),
  devicesCancel: needs('devices:write', deviceActionRequests.cancel),
  actionsSubscribe: needs('devices:read', request('devices/subscribeActions', empty, empty)),
  devicesSubscribe: needs('devices:read', request('devices/subscribe', empty, empty)),
  // groups
  groupsList: needs('groups:read', request('groups/list', empty, z.array(group))),
  groupsSubscribe: needs('groups:read', request('groups/subscribe', empty, empty)),
  // installers
  installersList: needs('installers', installerRequests.list),
  installersFormats: needs('installers', request('installers/formats', empty, z.array(offeredFormat))),
  installersGenerate: needs(
    'installers',
    request(
      'installers/generate',
      z.object({
        group: id,
        name: name.nullable().optional(),
        limit: z.number().int().optional(),
        expiresAt: timestamp.nullable().optional(),
      }),
      z.object({ installer, token: z.string() }),
    ),
  ),
  installersPrepare: needs(
    'installers',
    request(
      'installers/prepare',
      z.object({ installer: id, format: installerFormat, test: z.boolean().optional() }),
      installerFile,
    ),
  ),
  /**
   * Saves a prepared file on the caller's machine: the browser's download, or, in the command line, `output` (a file or
   * a folder). Answers where it went; null where the browser decides that.
   */
  installersSave: needs(
    'installers',
    request(
      'installers/save',
      z.object({ file: installerFile, output: z.string().optional() }),
      z.object({ path: z.string().nullable() }),
    ),
  ),
  installersLedger: needs(
    'installers',
    request('installers/ledger', z.object({ installer: id }), z.array(installerUse)),
  ),
  installersRevoke: needs('installers', request('installers/revoke', z.object({ installer: id }), installer)),
  // sessions
  sessionsList: needs('sessions', request('sessions/list', empty, z.array(session))),
  sessionsSubscribe: needs('sessions', request('sessions/subscribe', empty, empty)),
  sessionsInvite: needs('sessions', request('sessions/invite', empty, invitation)),
  sessionsStart: needs('sessions', request('sessions/start', z.object({ device: id }), session)),
  sessionsEnd: needs('sessions', request('sessions/end', z.object({ session: id }), session)),
  /** Opens the session's view, or brings it to the front; nothing where there is nobody to look at it. */
  sessionsShow: needs('sessions', request('sessions/show', z.object({ session: id }), empty)),
  // setting up with the customer there
  setUpsList: needs('setUps', request('setUps/list', empty, z.array(setUp))),
  setUpsSubscribe: needs('setUps', request('setUps/subscribe', empty, empty)),
  /**
   * Asks the technician for their own password, in the workbench's own dialog, and then the customer. null: the
   * technician thought better of it.
   */
  setUpsBegin: needs(
    'setUps',
    request('setUps/begin', z.object({ session: id }), z.object({ setUp: setUp.nullable() })),
  ),
  setUpsCancel: needs('setUps', request('setUps/cancel', z.object({ setUp: id }), setUp)),
  setUpsComplete: needs(
    'setUps',
    request('setUps/complete', z.object({ setUp: id, nickname: name.nullable(), group: id }), setUp),
  ),
  // the public pages
  portalGet: needs('portal', portalPageRequests.get),
  portalSetAppearance: needs('portal', request('portal/setAppearance', portalAppearance, portalAppearance)),
  // roll-outs by group policy
  rollOutsList: needs('rollOuts', rollOutRequests.list),
  rollOutsGet: needs('rollOuts', rollOutRequests.get),
  rollOutsCreate: needs('rollOuts', rollOutRequests.create),
  rollOutsUpdate: needs('rollOuts', rollOutRequests.update),
  rollOutsDelete: needs('rollOuts', rollOutRequests.delete),
  rollOutsMade: needs('rollOuts', rollOutRequests.made),
  rollOutsProgress: needs('rollOuts', rollOutRequests.progress),
  rollOutsPrepare: needs('rollOuts', rollOutRequests.prepare),
  rollOutsSubscribe: needs('rollOuts', request('rollOuts/subscribe', empty, empty)),
  /** As `installersSave`. */
  rollOutsSave: needs(
    'rollOuts',
    request(
      'rollOuts/save',
      z.object({ file: rollOutFile, output: z.string().optional() }),
      z.object({ path: z.string().nullable() }),
    ),
  ),
  /**
   * Applies it to the domain, or takes that back: the workbench asks for a domain controller and for credentials, which no
   * extension sees, and shows what would be changed first. null: the person thought better of it.
   */
  rollOutsChangeDomain: needs(
    'rollOuts',
    request(
      'rollOuts/changeDomain',
      z.object({
        rollOut: id,
        action: z.enum(['apply', 'undo']),
        domainController: z.string().max(255).optional(),
        account: z.string().max(255).optional(),
        certificate: z.string().max(128).optional(),
      }),
      z.object({ changes: z.array(rollOutChange).nullable() }),
    ),
  ),
  // the technician at the other end
  showMessage: needs(
    null,
    request(
      'window/showMessage',
      z.object({
        severity: z.enum(['info', 'warning', 'error']),
        message: z.string().max(2000),
        actions: z.array(z.string().max(100)).max(5).default([]),
      }),
      z.object({ action: z.string().nullable() }),
    ),
  ),
  confirm: needs(
    null,
    request(
      'window/confirm',
      z.object({
        message: z.string().max(2000),
        detail: z.string().max(4000).optional(),
        action: z.string().max(100),
        destructive: z.boolean().default(false),
        /** What has to be typed first: only before what can't be undone. */
        typed: z.object({ label: z.string().max(200), text: z.string().min(1).max(100) }).optional(),
      }),
      z.object({ confirmed: z.boolean() }),
    ),
  ),
  showQuickPick: needs(
    null,
    request(
      'window/showQuickPick',
      z.object({
        title: z.string().max(200),
        placeholder: z.string().optional(),
        items: z.array(quickPickItem).max(10_000),
      }),
      z.object({ picked: z.string().nullable() }),
    ),
  ),
  showInputBox: needs(
    null,
    request(
      'window/showInputBox',
      z.object({
        title: z.string().max(200),
        /** What is typed, as messages about it call it; the title unless told. */
        label: z.string().max(200).optional(),
        prompt: z.string().optional(),
        value: z.string().optional(),
        placeholder: z.string().optional(),
        password: z.boolean().default(false),
        required: z.boolean().default(false),
        /** Checked as one types. No pattern: a bad regular expression could hold the workbench up. */
        maxLength: z.number().int().min(1).max(10_000).default(1000),
      }),
      z.object({ value: z.string().nullable() }),
    ),
  ),
  openPage: needs(null, request('window/openPage', page, empty)),
  /** Replaces the content of a page if it is open, and says whether it is. */
  updatePage: needs(null, request('window/updatePage', page, z.object({ open: z.boolean() }))),
  closePage: needs(null, request('window/closePage', z.object({ id: z.string().max(200) }), empty)),
  writeClipboard: needs(
    'clipboard:write',
    request('window/writeClipboard', z.object({ text: z.string().max(100_000) }), empty),
  ),
  // views, context keys, commands
  refreshView: needs(
    null,
    request('views/refresh', z.object({ view: z.string(), node: z.string().nullable().default(null) }), empty),
  ),
  setContext: needs(
    null,
    request(
      'context/set',
      z.object({ key: z.string().max(100), value: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
      empty,
    ),
  ),
  executeCommand: needs(
    'commands:execute',
    request(
      'commands/execute',
      z.object({ command: z.string(), arguments: z.record(z.string(), z.unknown()) }),
      z.unknown(),
    ),
  ),
  /** A small store of the extension's own, kept on the technician's machine. At most 1 MiB as JSON. */
  storageGet: needs(
    'storage',
    request('storage/get', z.object({ key: z.string().max(100) }), z.object({ value: z.unknown() })),
  ),
  storageSet: needs(
    'storage',
    request('storage/set', z.object({ key: z.string().max(100), value: z.unknown() }), empty),
  ),
  /** The text of an error that came as data, a set-up's `problem` for example, in the workbench's language. */
  describeProblem: needs(
    null,
    request(
      'l10n/describeProblem',
      z.object({ code: z.string().max(100), args: z.record(z.string(), z.union([z.string(), z.number()])) }),
      z.object({ text: z.string() }),
    ),
  ),
  log: needs(
    null,
    request(
      'log/write',
      z.object({ level: z.enum(['info', 'warn', 'error']), message: z.string().max(10_000) }),
      empty,
    ),
  ),
};

function needs<C extends RequestContract<any, any>>(capability: Capability | null, contract: C) {
  return { capability, contract };
}
