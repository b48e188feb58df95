import type { AssignmentRule, RuleConditions } from '#protocol/assignment-rules.ts';
import { t } from '#webview/base/l10n.ts';

/** In the order in which they are asked for and shown. */
export const conditionKeys = [
  'hostName',
  'subnet',
  'domain',
  'ou',
  'platform',
  'system',
] as const satisfies (keyof RuleConditions)[];
export type ConditionKey = (typeof conditionKeys)[number];

const platforms = { windows: 'Windows', macos: 'macOS', linux: 'Linux' };

/** What has to hold, each as one text: `Host name: srv-*`. */
export const conditionTexts = ({ conditions }: AssignmentRule): string[] =>
  conditionKeys.flatMap((key) => {
    const value = conditions[key];
    if (value === undefined) return [];
    const shown = key === 'platform' ? platforms[value as keyof typeof platforms] : value;
    return [t('assignmentRules.condition', { name: t(`assignmentRules.field.${key}`), value: shown })];
  });

/** Whether two lists say the same. */
export const sameRules = (one: readonly AssignmentRule[], other: readonly AssignmentRule[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The rules with the one at `from` at the place `to`. */
export function moved(rules: readonly AssignmentRule[], from: number, to: number): AssignmentRule[] {
  const target = Math.max(0, Math.min(rules.length - 1, to));
  const list = [...rules];
  const [rule] = list.splice(from, 1);
  if (rule) list.splice(target, 0, rule);
  return list;
}
