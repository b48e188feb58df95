import { z } from 'zod';

const count = z.number().int().nonnegative();
const types = z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
const pattern = z.string().refine(compiles, 'is no regular expression');

function compiles(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'));
  } catch {
    return false;
  }
}

/** The keywords of JSON Schema (draft 2020-12) that Latchkey understands; others may stand there and say nothing. */
const jsonSchema: z.ZodType = z.lazy(() =>
  z.union([
    z.boolean(),
    z.looseObject({
      type: z.union([types, z.array(types).min(1)]).optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      enum: z.array(z.unknown()).min(1).optional(),
      format: z.string().optional(),
      pattern: pattern.optional(),
      minLength: count.optional(),
      maxLength: count.optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      exclusiveMinimum: z.number().optional(),
      exclusiveMaximum: z.number().optional(),
      multipleOf: z.number().positive().optional(),
      items: jsonSchema.optional(),
      minItems: count.optional(),
      maxItems: count.optional(),
      uniqueItems: z.boolean().optional(),
      properties: z.record(z.string(), jsonSchema).optional(),
      required: z.array(z.string()).optional(),
      additionalProperties: jsonSchema.optional(),
      anyOf: z.array(jsonSchema).min(1).optional(),
      oneOf: z.array(jsonSchema).min(1).optional(),
      allOf: z.array(jsonSchema).min(1).optional(),
      not: jsonSchema.optional(),
      'x-ask': z.boolean().optional(),
    }),
  ]),
);

/** What is wrong with a value that should be a schema: where, and what. */
export function schemaProblems(value: unknown): { readonly path: readonly string[]; readonly message: string }[] {
  const { error } = jsonSchema.safeParse(value);
  return (error?.issues ?? []).flatMap((issue) => unfold(issue, []));
}

/** A schema is a boolean or an object; whoever writes one means the object, and wants to know what is wrong in it. */
function unfold(issue: z.core.$ZodIssue, above: readonly string[]): { path: readonly string[]; message: string }[] {
  const path = [...above, ...issue.path.map(String)];
  const meant = issue.code === 'invalid_union' ? issue.errors.at(-1) : undefined;
  return meant && meant.length > 0 ? meant.flatMap((each) => unfold(each, path)) : [{ path, message: issue.message }];
}
