import { z } from 'zod';
import { platform } from './facts.ts';
import { notification, request } from './messages.ts';
import { empty, id, name, timestamp } from './primitives.ts';

/*
 * Which device group a computer belongs to, by what it is like: rules in an order, of which the first one that fits decides.
 * They are applied when a computer joins by an installer, and to devices that there are when an administrator asks for it.
 */

/** The most rules. */
export const maximumRules = 200;

/** All that are there have to hold. At least one has to be there. */
export const ruleConditions = z.object({
  /** `*` and `?` stand for any characters and any one; capitals make no difference. */
  hostName: z.string().trim().min(1).max(64).optional(),
  /** One of the computer's addresses is in it: `192.168.7.0/24`, `2001:db8::/48`. */
  subnet: z.string().trim().min(1).max(64).optional(),
  /** The domain that the computer is a member of, or one below it. */
  domain: z.string().trim().min(1).max(255).optional(),
  /** Distinguished name: the computer's account is in this organisational unit, or in one below it. */
  ou: z.string().trim().min(1).max(255).optional(),
  platform: platform.optional(),
  /** The system's name, as `hostName`: `Windows Server*`. */
  system: z.string().trim().min(1).max(64).optional(),
});
export type RuleConditions = z.output<typeof ruleConditions>;

export const assignmentRule = z.object({
  /** Of whoever made it up; unique within the rules. */
  id,
  name,
  enabled: z.boolean(),
  conditions: ruleConditions,
  /** Where the computer belongs. A rule whose group is deleted is skipped. */
  group: id,
});
export type AssignmentRule = z.output<typeof assignmentRule>;

export const assignmentRules = z.object({
  /** Goes up by one with each change; 0: nobody has made any. */
  version: z.number().int().nonnegative(),
  rules: z.array(assignmentRule).max(maximumRules),
  /** Who made this version: the e-mail at the time. */
  changedBy: z.string().nullable(),
  changedAt: timestamp.nullable(),
  /** Of the rules' groups those that are deleted. */
  deletedGroups: z.array(id),
});
export type AssignmentRules = z.output<typeof assignmentRules>;

/** A device that is elsewhere than the rules say. */
export const proposedMove = z.object({
  device: id,
  from: id,
  to: id,
  /** The rule that decides. */
  rule: id,
});
export type ProposedMove = z.output<typeof proposedMove>;

export const assignmentRuleRequests = {
  /** Administrators only, as all of these. */
  get: request('assignmentRules/get', empty, assignmentRules),
  /** Fails with `assignmentRules.changedMeanwhile` where `version` is not the one that is in force. */
  save: request(
    'assignmentRules/save',
    z.object({ version: assignmentRules.shape.version, rules: assignmentRules.shape.rules }),
    assignmentRules,
  ),
  /**
   * What the rules would move, or those given instead of them, device by device: some thousand devices at a time, those
   * behind `after`, from the beginning where it is null. `next` is null with the last of them. Changes nothing.
   */
  preview: request(
    'assignmentRules/preview',
    z.object({ rules: assignmentRules.shape.rules.optional(), after: id.nullable() }),
    z.object({
      moves: z.array(proposedMove),
      /** Devices that were looked at, those that stay because they are where a rule wants them, and those that no rule fits. */
      devices: z.number().int(),
      inPlace: z.number().int(),
      unmatched: z.number().int(),
      /** Of the rules' groups those that are deleted: their rules were skipped. */
      deletedGroups: z.array(id),
      next: id.nullable(),
    }),
  ),
};

export const assignmentRuleNotifications = {
  /** Hub to administrators' workbenches: another version is in force. */
  changed: notification('assignmentRules/changed', z.object({ version: z.number().int() })),
};
