import type { FastifyReply } from 'fastify';
import { LatchkeyError } from '#protocol/errors.ts';
import type { CustomerAppFile, CustomerAppFiles, CustomerAppRequest } from './customer-app-files.ts';

/**
 * Answers with a customer app's file. Whoever hangs up while it is made ends its making.
 * @throws LatchkeyError `customerApp.unavailable`, `customerApp.notMade`, `rpc.cancelled`
 */
export async function sendCustomerApp(
  files: CustomerAppFiles,
  wanted: Omit<CustomerAppRequest, 'signal'>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  // Not the request's: that closes as soon as a form has been read.
  reply.raw.once('close', stop);
  let file: CustomerAppFile;
  try {
    file = await files.open({ ...wanted, signal: abort.signal });
  } catch (error) {
    if (!(error instanceof LatchkeyError) || !/^(installer|file)\./.test(error.code)) throw error;
    // Folders of the hub, and what its network is like, are nothing for visitors.
    reply.log.warn({ err: error }, 'A customer app could not be made');
    throw new LatchkeyError('customerApp.notMade', {}, { cause: error });
  } finally {
    reply.raw.off('close', stop);
  }
  return reply
    .type(file.contentType)
    .header('content-length', file.size)
    .header('content-disposition', `attachment; filename="${file.fileName}"`)
    .header('cache-control', 'private, no-store')
    .send(file.stream);
}
