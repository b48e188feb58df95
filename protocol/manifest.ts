import { z } from 'zod';
import './primitives.ts';

/*
 * `extensions/NAME/package.json`. The names are those of VS Code's manifest; what differs is said where it differs.
 * Any text a person sees may be `%key%`, looked up in `package.nls.json` and `package.nls.LANGUAGE.json` beside it.
 */

const text = z.string().min(1).max(500);
const identifier = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/, 'must be words with dots: device.rename');
const whenClause = z.string().max(1000);
/** A codicon's name: `edit`, `cloud-download`. */
const icon = z.string().regex(/^[a-z0-9-]+$/, 'must be the name of a codicon, such as "edit"');

/** What an extension may be allowed to do. What is not in its manifest is refused, whatever the technician may do. */
export const capability = z.union([
  z.enum([
    'devices:read',
    'devices:write',
    'groups:read',
    'groups:write',
    'installers',
    'enrolment',
    'sessions',
    'setUps',
    'portal',
    'rollOuts',
    'audit:read',
    'storage',
    'clipboard:write',
    'commands:execute',
  ]),
  z.string().regex(/^network:[a-z0-9.-]+(:\d+)?$/, 'must be a capability, such as "devices:read" or "network:HOST"'),
]);
export type Capability = z.output<typeof capability>;

/**
 * A JSON Schema (draft 2020-12) of an object: the arguments of a command, from which the palette asks for what is
 * missing, menus pass what is selected and the command line makes flags. Beside the standard keywords Latchkey knows, on
 * a property: `format` `latchkey-device`, `latchkey-group`, `latchkey-installer` (identifiers, picked from a list, taken
 * from the selection, and accepted as a name on the command line), `latchkey-session` (of a session that goes on; a
 * computer's name will do) and `path` (a file on the caller's machine); and `x-ask: true`, to ask for an optional
 * argument too. `title` and `description` may be `%key%`.
 */
export const argumentsSchema = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.looseObject({})).optional(),
  required: z.array(z.string()).optional(),
});
export type ArgumentsSchema = z.output<typeof argumentsSchema>;

export const commandContribution = z.strictObject({
  command: identifier,
  title: text,
  category: text.optional(),
  description: text.optional(),
  icon: icon.optional(),
  enablement: whenClause.optional(),
  /** Why `enablement` does not hold, by the first clause here that does: the reason that a greyed-out entry shows. */
  disabledReasons: z.array(z.strictObject({ when: whenClause, reason: text })).optional(),
  arguments: argumentsSchema.optional(),
  /** The permission (see `permissions.ts`), or permissions, that the technician needs: else the command is greyed out. */
  permission: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  /** What the command may do to the world; programs and automation show it before they run one. */
  effect: z.enum(['read', 'change', 'destroy']).default('read'),
});
export type CommandContribution = z.output<typeof commandContribution>;

export const menuLocations = [
  'commandPalette',
  'session/title',
  'view/title',
  'view/item/context',
  'device/context',
  'device/page',
  'group/context',
  'statusBar',
] as const;
const menuPlace = {
  when: whenClause.optional(),
  /** `GROUP@ORDER`, as in VS Code; `inline` and `navigation` draw an icon. */
  group: z.string().max(64).optional(),
};
/** A command, or a submenu of `submenus`. */
export const menuItem = z.union([
  z.strictObject({ command: identifier, submenu: z.undefined().optional(), ...menuPlace }),
  z.strictObject({ submenu: identifier, command: z.undefined().optional(), ...menuPlace }),
]);
export type MenuItem = z.output<typeof menuItem>;

/** A menu in a menu; its entries stand in `menus` under its identifier. Greyed out where the technician may run none. */
export const submenuContribution = z.strictObject({ id: identifier, label: text, icon: icon.optional() });
export type SubmenuContribution = z.output<typeof submenuContribution>;

export const keybindingContribution = z.strictObject({
  command: identifier,
  key: z.string().max(64),
  mac: z.string().max(64).optional(),
  when: whenClause.optional(),
  args: z.record(z.string(), z.unknown()).optional(),
});

const viewsContainer = z.strictObject({ id: identifier, title: text, icon });
const view = z.strictObject({ id: identifier, name: text, when: whenClause.optional(), icon: icon.optional() });
const viewsWelcome = z.strictObject({ view: identifier, contents: z.string().max(4000), when: whenClause.optional() });

const settingProperty = z.looseObject({
  type: z.union([z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object']), z.array(z.string())]),
  default: z.unknown(),
  description: text,
  order: z.number().optional(),
});
export const configurationContribution = z.strictObject({
  title: text,
  properties: z.record(identifier, settingProperty),
});
export type ConfigurationContribution = z.output<typeof configurationContribution>;

const walkthrough = z.strictObject({
  id: identifier,
  title: text,
  description: text,
  when: whenClause.optional(),
  steps: z
    .array(
      z.strictObject({
        id: identifier,
        title: text,
        /** May hold `[Title](command:ID)`. */
        description: z.string().max(4000),
        completionEvents: z.array(z.string()).optional(),
      }),
    )
    .min(1),
});

/**
 * A way to set up unattended access, on the page where people choose one: what it is for, and what it can't do. Greyed out
 * as its command is.
 */
export const setUpMethodContribution = z.strictObject({
  id: identifier,
  title: text,
  description: text,
  icon,
  command: identifier,
  order: z.number().default(100),
  /** What it is best for. */
  bestFor: text,
  /** How many computers at once, for example `1` or `up to 5,000`. */
  computers: text,
  systems: text,
  /** Whether somebody has to be at the computer. */
  customer: text,
  /** Who says how the device is called, and into which group it comes. */
  naming: text,
  /** Whether the customer's password can be stored. */
  password: text,
});
export type SetUpMethodContribution = z.output<typeof setUpMethodContribution>;

export const activationEvent = z
  .string()
  .regex(/^(onCommand:.+|onView:.+|onStartupFinished|\*)$/, 'must be onCommand:ID, onView:ID, onStartupFinished or *');

export const manifest = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'must be kebab-case, as its folder is named')
    .max(64),
  displayName: text,
  description: text.optional(),
  version: z.string().regex(/^\d+\.\d+\.\d+/, 'must be a semantic version, such as 1.0.0'),
  publisher: z.string().max(64),
  license: z.string().optional(),
  engines: z.looseObject({ latchkey: z.string() }),
  /** The source file that exports `activate`. */
  main: z.string().default('./extension.ts'),
  /** Commands and views of the extension activate it without being named here. */
  activationEvents: z.array(activationEvent).default([]),
  capabilities: z.array(capability).default([]),
  contributes: z
    .strictObject({
      commands: z.array(commandContribution).default([]),
      /** By one of `menuLocations`, or the identifier of a submenu. */
      menus: z.record(z.string(), z.array(menuItem)).default({}),
      submenus: z.array(submenuContribution).default([]),
      keybindings: z.array(keybindingContribution).default([]),
      viewsContainers: z
        .strictObject({ activitybar: z.array(viewsContainer).default([]), panel: z.array(viewsContainer).default([]) })
        .default({ activitybar: [], panel: [] }),
      views: z.record(z.string(), z.array(view)).default({}),
      viewsWelcome: z.array(viewsWelcome).default([]),
      configuration: configurationContribution.optional(),
      walkthroughs: z.array(walkthrough).default([]),
      setUpMethods: z.array(setUpMethodContribution).default([]),
    })
    .prefault({}),
});
export type Manifest = z.output<typeof manifest>;
