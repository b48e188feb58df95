import { readEnvironmentLine, type Environment } from './environment-block.ts';
import { must, textAt, windowsCall } from './windows-api.ts';

/**
 * The variables that the account has after signing in.
 * @throws WindowsError
 */
export function environmentOf(token: bigint): Environment {
  const holder = Buffer.alloc(8);
  const make = windowsCall('userenv', 'int CreateEnvironmentBlock(void *, void *, int)');
  must(make(holder, token, 0), 'CreateEnvironmentBlock');
  const block = holder.readBigUInt64LE();
  try {
    const found: [string, string][] = [];
    for (let at = block, line = textAt(at); line !== ''; line = textAt(at)) {
      const variable = readEnvironmentLine(line);
      if (variable) found.push(variable);
      at += BigInt(2 * (line.length + 1));
    }
    return Object.fromEntries(found);
  } finally {
    windowsCall('userenv', 'int DestroyEnvironmentBlock(void *)')(block);
  }
}
