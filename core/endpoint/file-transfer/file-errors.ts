import { LatchkeyError } from '#protocol/errors.ts';

/** What the system says of a file, as an error that a person can read. Others stay as they are. */
export function asFileError(error: unknown, file: string, doing: 'read' | 'write'): unknown {
  if (error instanceof LatchkeyError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  switch (code) {
    case 'ENOENT':
    case 'ELOOP':
      return new LatchkeyError('file.notFound', { file }, options);
    case 'ENOTDIR':
      return new LatchkeyError('file.notAFolder', { file }, options);
    case 'EISDIR':
    case 'ENXIO':
      return new LatchkeyError('file.notAFile', { file }, options);
    case 'EACCES':
    case 'EPERM':
      return new LatchkeyError('file.notAllowed', { file }, options);
    case 'EEXIST':
      return new LatchkeyError('file.exists', { file }, options);
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new LatchkeyError('file.noSpace', { file }, options);
    case 'ENAMETOOLONG':
    case 'EILSEQ':
      return new LatchkeyError('file.nameInvalid', { file }, options);
    case undefined:
      return error;
    default:
      return new LatchkeyError(
        doing === 'read' ? 'file.unreadable' : 'file.unwritable',
        { file, reason: code },
        options,
      );
  }
}

/** Runs something that touches a file, and tells of what goes wrong as above. */
export async function withFile<T>(file: string, doing: 'read' | 'write', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asFileError(error, file, doing);
  }
}
