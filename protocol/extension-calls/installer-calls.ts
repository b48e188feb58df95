import { z } from 'zod';
import {
  installer,
  installerFile,
  installerFormat,
  installerRequests,
  installerUse,
  offeredFormat,
} from '../installers.ts';
import { request } from '../messages.ts';
import { empty, id, name, timestamp } from '../primitives.ts';
import { needs } from './needs.ts';

export const installerCalls = {
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
};
