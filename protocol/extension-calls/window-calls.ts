import { z } from 'zod';
import { page } from '../declared-page.ts';
import { request } from '../messages.ts';
import { empty } from '../primitives.ts';
import { needs } from './needs.ts';

export const quickPickItem = z.object({
  id: z.string(),
  label: z.string(),
  description: z.string().optional(),
  detail: z.string().optional(),
  icon: z.string().optional(),
});

/** What the technician at the other end sees and is asked. */
export const windowCalls = {
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
};
