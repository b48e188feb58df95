import { z } from 'zod';
import { capability, manifest } from './manifest.ts';
import { request } from './messages.ts';

/** Texts of an extension by key, in ICU message format, for one language. */
export const messages = z.record(z.string(), z.string());

/** An extension that `extensions.json` names, as the hub hands it to workbenches. */
export const offeredExtension = z.object({
  manifest,
  /** By language; `en` is complete, the others fall back to it key by key. */
  messages: z.record(z.string(), messages),
  /** What whoever runs the hub granted it: never more than its manifest asks. */
  granted: z.array(capability),
  /** Path of the bundle on the hub (a classic script) and what it must hash to, hexadecimal. */
  bundle: z.string(),
  sha256: z.string(),
});
export type OfferedExtension = z.output<typeof offeredExtension>;

/** What a hub offers. */
export const offeredExtensions = z.object({
  extensions: z.array(offeredExtension),
  /** Extensions that are named but can't be loaded, with what is wrong in which file. */
  problems: z.array(z.object({ extension: z.string(), problem: z.string() })),
});
export type OfferedExtensions = z.output<typeof offeredExtensions>;

export const extensionRequests = {
  /**
   * `known`: the fingerprint of what the workbench has of the last time, see `fingerprintOfExtensions`. Where the hub offers just
   * that, the lists of the answer are empty and `unchanged` is there.
   */
  list: request(
    'extensions/list',
    z.object({ known: z.string().max(64).optional() }),
    offeredExtensions.extend({ unchanged: z.literal(true).optional() }),
  ),
};

/**
 * `extensions.json` at the top of the project: which extensions are loaded, in this order. A plain name grants an
 * extension all that its manifest asks for; an object narrows that to `granted`.
 */
export const extensionsFile = z.strictObject({
  $schema: z.string().optional(),
  extensions: z.array(
    z.union([z.string(), z.strictObject({ name: z.string(), granted: z.array(capability).optional() })]),
  ),
});

/** Path prefix of the bundles on the hub: `/extensions/NAME/SHA256.js`. */
export const extensionBundlePath = '/extensions';
