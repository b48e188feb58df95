import { addressOf, must, wide, windowsCall } from '../../windows/windows-api.ts';

/** PI_NOUI (userenv.h). */
const noDialogue = 1;
/** Characters. */
const longest = 32_768;

/**
 * Has Windows load what an account has of its own (its part of the registry), and make its home where it has never been here.
 * Roaming profiles are used as this computer has them.
 * @returns takes it back
 * @throws WindowsError
 */
export function loadProfile(token: bigint, user: string): () => void {
  // PROFILEINFOW.
  const [info, name] = [Buffer.alloc(56), wide(user)];
  info.writeUInt32LE(info.length, 0);
  info.writeUInt32LE(noDialogue, 4);
  info.writeBigUInt64LE(addressOf(name), 8);
  must(windowsCall('userenv', 'int LoadUserProfileW(void *, void *)')(token, info), 'LoadUserProfileW');
  const profile = info.readBigUInt64LE(48);
  return () => void windowsCall('userenv', 'int UnloadUserProfile(void *, void *)')(token, profile);
}

/** @throws WindowsError */
export function homeOf(token: bigint): string {
  const [path, length] = [Buffer.alloc(longest * 2), Buffer.from(new Uint32Array([longest]).buffer)];
  const get = windowsCall('userenv', 'int GetUserProfileDirectoryW(void *, void *, void *)');
  must(get(token, path, length), 'GetUserProfileDirectoryW');
  const text = path.toString('utf16le');
  return text.slice(0, text.indexOf('\0'));
}
