import { z } from 'zod';

/*
 * What is done to a domain, step by step, as data: the preview shows it, it is kept with the roll-out before it happens, and
 * from it everything is taken back, in the opposite order.
 */

const base64 = z.string();
const attributes = z.record(z.string(), z.string());

export const domainStep = z.discriminatedUnion('kind', [
  /** An entry of the directory was made. `attributes`: those by which it is seen whether somebody has changed it. */
  z.object({
    kind: z.literal('entry'),
    dn: z.string(),
    object: z.enum(['group', 'policy', 'part']),
    classes: z.array(z.string()),
    attributes,
  }),
  z.object({
    kind: z.literal('attributes'),
    dn: z.string(),
    name: z.string(),
    changes: z.array(z.object({ attribute: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  }),
  z.object({ kind: z.literal('members'), dn: z.string(), members: z.array(z.string()) }),
  /**
   * Who applies the policy: the DN of a group; null: *Authenticated Users*. `from` and `to`: the entry's security descriptor;
   * null until it is known.
   */
  z.object({
    kind: z.literal('filter'),
    dn: z.string(),
    name: z.string(),
    applier: z.string().nullable(),
    before: z.string().nullable(),
    after: z.string(),
    from: base64.nullable(),
    to: base64.nullable(),
  }),
  /** The policy's folder has the permissions of its entry. `from` null: it was just made. */
  z.object({
    kind: z.literal('permissions'),
    dn: z.string(),
    unc: z.string(),
    from: base64.nullable(),
    to: base64.nullable(),
  }),
  z.object({ kind: z.literal('folder'), of: z.enum(['share', 'policy']), unc: z.string() }),
  /** A small file. */
  z.object({ kind: z.literal('file'), unc: z.string(), from: base64.nullable(), to: base64 }),
  /** `kept`: the path below the share where the file is that was there before. */
  z.object({
    kind: z.literal('package'),
    unc: z.string(),
    size: z.number().int(),
    sha256: z.string(),
    kept: z.string().nullable(),
    /** Its size. */
    before: z.number().int().nullable(),
  }),
  /** `linked`: whether it is linked afterwards. */
  z.object({
    kind: z.literal('link'),
    on: z.string(),
    policy: z.string(),
    name: z.string(),
    linked: z.boolean(),
    options: z.number().int(),
  }),
]);
export type DomainStep = z.output<typeof domainStep>;
export type StepOf<K extends DomainStep['kind']> = Extract<DomainStep, { kind: K }>;

/** What was made in a domain for a roll-out. */
export const domainRecord = z.object({
  version: z.literal(1),
  domain: z.string(),
  server: z.string(),
  /** `{…}`, upper case. */
  policy: z.string(),
  steps: z.array(domainStep),
  /** False while it is being changed, and after the hub was stopped in the middle of that. */
  complete: z.boolean(),
});
export type DomainRecord = z.output<typeof domainRecord>;
