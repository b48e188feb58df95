import { z } from 'zod';
import { id, timestamp } from './primitives.ts';

/*
 * A page is declared, not scripted: an extension (or the workbench itself) says what stands on it, and the workbench draws
 * that in its own look. Nothing can leak from a page, and it follows theme, language and keyboard by itself.
 */

const pageAction = z.object({
  title: z.string().max(100),
  command: z.string(),
  arguments: z.record(z.string(), z.unknown()).default({}),
  primary: z.boolean().default(false),
  icon: z.string().max(64).optional(),
  /** One sentence beside the button: what choosing it is good for. */
  description: z.string().max(500).optional(),
  /**
   * Why it is greyed out, where it is. A command that is not enabled greys its buttons by itself, with its own reason.
   */
  disabled: z.string().max(500).optional(),
});
const fieldBase = {
  /** Under which the value stands among the arguments of the command. */
  id: z.string().max(64),
  label: z.string().max(200),
  description: z.string().max(500).optional(),
  /** What is wrong with it, as the command found out. */
  problem: z.string().max(500).optional(),
  /** Shown, and part of what the command gets, only while another field has one of these values. */
  when: z
    .object({ field: z.string().max(64), values: z.array(z.union([z.string().max(200), z.boolean()])).max(20) })
    .optional(),
};
/** What a person fills in. No passwords: an extension never gets to see one. */
export const pageField = z.discriminatedUnion('type', [
  z.object({
    ...fieldBase,
    type: z.literal('text'),
    value: z.string().max(500_000).default(''),
    placeholder: z.string().max(200).optional(),
    required: z.boolean().default(false),
    maxLength: z.number().int().min(1).max(500_000).default(1000),
    /** More than one line. */
    multiline: z.boolean().default(false),
  }),
  z.object({
    ...fieldBase,
    type: z.literal('select'),
    value: z.string().max(200).default(''),
    options: z
      .array(
        z.object({
          value: z.string().max(200),
          label: z.string().max(500),
          description: z.string().max(500).optional(),
        }),
      )
      .max(10_000),
    required: z.boolean().default(true),
  }),
  /** Any number of the options: the argument is a list. */
  z.object({
    ...fieldBase,
    type: z.literal('multiSelect'),
    value: z.array(z.string().max(200)).max(10_000).default([]),
    options: z.array(z.object({ value: z.string().max(200), label: z.string().max(500) })).max(10_000),
    required: z.boolean().default(false),
  }),
  z.object({ ...fieldBase, type: z.literal('checkbox'), value: z.boolean().default(false) }),
  /** `#rrggbb`, or empty. */
  z.object({ ...fieldBase, type: z.literal('color'), value: z.string().max(7).default('') }),
  /** A picture (PNG, JPEG or WebP) as a data URL, or empty. */
  z.object({
    ...fieldBase,
    type: z.literal('image'),
    value: z.string().max(2_000_000).default(''),
    /** Bytes. */
    maximum: z.number().int().max(1_000_000),
  }),
]);
export type PageField = z.output<typeof pageField>;

export const pageBlock = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    text: z.string().max(20_000),
    tone: z.enum(['normal', 'muted', 'warning']).default('normal'),
  }),
  z.object({ kind: z.literal('heading'), text: z.string().max(200) }),
  z.object({
    kind: z.literal('facts'),
    rows: z.array(z.object({ label: z.string(), value: z.string(), copy: z.boolean().default(false) })).max(200),
  }),
  z.object({ kind: z.literal('actions'), actions: z.array(pageAction).max(20) }),
  z.object({ kind: z.literal('progress'), label: z.string(), value: z.number(), maximum: z.number() }),
  z.object({
    kind: z.literal('table'),
    columns: z.array(z.object({ title: z.string(), align: z.enum(['start', 'end']).default('start') })).max(20),
    rows: z
      .array(
        z.object({
          cells: z.array(z.string()),
          device: id.optional(),
          /** Buttons behind the cells: what can be done with this row. */
          actions: z.array(pageAction).max(3).default([]),
        }),
      )
      .max(10_000),
    empty: z.string().default(''),
  }),
  /**
   * Fields and the command that gets what was filled in, in its arguments under the fields' identifiers. New content
   * keeps what has been typed, unless a field's `value` is another than before.
   */
  z.object({
    kind: z.literal('form'),
    fields: z.array(pageField).min(1).max(50),
    submit: pageAction,
    /** Beside it: *Back*, *Cancel*. */
    actions: z.array(pageAction).max(10).default([]),
  }),
  /** Where somebody is in a sequence of steps. */
  z.object({ kind: z.literal('steps'), steps: z.array(z.string().max(100)).min(2).max(12), current: z.number().int() }),
  /** Something goes on, and nobody knows how long it takes. */
  z.object({ kind: z.literal('busy'), text: z.string().max(500) }),
  /** The end of something: done, or not. */
  z.object({
    kind: z.literal('outcome'),
    outcome: z.enum(['success', 'warning', 'failure']),
    title: z.string().max(200),
    text: z.string().max(2000).default(''),
  }),
  /** Numbers over time as lines, each a step at a time. `limit` is a line of its own; `empty` stands there without points. */
  z.object({
    kind: z.literal('chart'),
    title: z.string().max(200),
    series: z
      .array(
        z.object({
          label: z.string().max(100),
          points: z.array(z.object({ at: timestamp, value: z.number() })).max(500),
        }),
      )
      .min(1)
      .max(4),
    limit: z.object({ label: z.string().max(100), value: z.number() }).optional(),
    empty: z.string().max(500).default(''),
  }),
  /** `text` for the camera of a phone; `label` says what it holds. */
  z.object({ kind: z.literal('qrCode'), text: z.string().max(1000), label: z.string().max(200) }),
]);
export const page = z.object({
  /** Opening a page with the identifier of an open one replaces its content. */
  id: z.string().max(200),
  title: z.string().max(200),
  icon: z.string().max(64).optional(),
  blocks: z.array(pageBlock).max(200),
});
export type Page = z.output<typeof page>;
export type PageInput = z.input<typeof page>;
