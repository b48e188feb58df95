import { z } from 'zod';
import { deviceCalls } from './extension-calls/device-calls.ts';
import { installerCalls } from './extension-calls/installer-calls.ts';
import { portalCalls } from './extension-calls/portal-calls.ts';
import { rollOutCalls } from './extension-calls/roll-out-calls.ts';
import { sessionCalls } from './extension-calls/session-calls.ts';
import { wakeCalls } from './extension-calls/wake-calls.ts';
import { windowCalls } from './extension-calls/window-calls.ts';
import { workbenchCalls } from './extension-calls/workbench-calls.ts';
import { notification, request } from './messages.ts';
import { empty, id } from './primitives.ts';
import { session } from './sessions.ts';
import { setUp } from './set-ups.ts';

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

/** Extension to workbench: each with the capability that it takes, `null` where every extension may. */
export const toWorkbench = {
  ...deviceCalls,
  ...wakeCalls,
  ...installerCalls,
  ...sessionCalls,
  ...portalCalls,
  ...rollOutCalls,
  ...windowCalls,
  ...workbenchCalls,
};
