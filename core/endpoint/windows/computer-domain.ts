import { windowsCall, type Pointer } from './windows-api.ts';

/** NetSetupDomainName (lmjoin.h), ComputerNameDnsDomain (sysinfoapi.h), NameFullyQualifiedDN (secext.h). */
const joined = 3;
const dnsDomain = 2;
const distinguishedName = 1;

/** Characters. */
const most = 2048;

export interface ComputerDomain {
  /** As DNS writes it. */
  readonly name: string;
  /** The computer's account there; undefined where no domain controller answers. */
  readonly account: string | undefined;
}

/** @returns undefined where the computer belongs to no domain */
export async function computerDomain(): Promise<ComputerDomain | undefined> {
  const [workgroup, status] = [Buffer.alloc(8), Buffer.alloc(4)];
  const ask = windowsCall('netapi32', 'uint NetGetJoinInformation(void *, void *, void *)');
  if (ask(null, workgroup, status) !== 0) return undefined;
  const address: Pointer = workgroup.readBigUInt64LE();
  if (address) windowsCall('netapi32', 'uint NetApiBufferFree(void *)')(address);
  if (status.readUInt32LE() !== joined) return undefined;
  const [name, length] = room();
  const named = windowsCall('kernel32', 'int GetComputerNameExW(int, void *, void *)')(dnsDomain, name, length);
  const account = await accountOf();
  return named ? { name: textOf(name), account } : undefined;
}

/** Apart from this thread: it may ask a domain controller. */
function accountOf(): Promise<string | undefined> {
  const [name, length] = room();
  const ask = windowsCall('secur32', 'uint8_t GetComputerObjectNameW(int, void *, void *)');
  return new Promise((resolve) => {
    ask.async(distinguishedName, name, length, (error: unknown, told: unknown) =>
      resolve(!error && told ? textOf(name) : undefined),
    );
  });
}

const room = (): [Buffer, Buffer] => [Buffer.alloc(most * 2), Buffer.from(new Uint32Array([most]).buffer)];

function textOf(buffer: Buffer): string {
  const text = buffer.toString('utf16le');
  return text.slice(0, text.indexOf('\0'));
}
