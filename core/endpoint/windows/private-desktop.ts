import { randomBytes } from 'node:crypto';
import { withDescriptor } from './file-security.ts';
import { must, windowsCall } from './windows-api.ts';

/** WINSTA_ALL_ACCESS and DESKTOP_ALL_ACCESS with the standard rights (winuser.h). */
const stationRights = '0xf037f';
const desktopRights = '0xf01ff';
const genericAll = 0x1000_0000;

/**
 * A desktop that nobody sees, for the programs of one account: those of an account that may not be on this program's own desktop
 * do not start there ("Window Stations"). They live as long as it is open.
 */
export class PrivateDesktop {
  /** As a program is started with it. */
  readonly name: string;
  private readonly station: bigint;
  private readonly desktop: bigint;

  /**
   * @param sid the account
   * @throws WindowsError
   */
  constructor(sid: string) {
    const name = `latchkey-${randomBytes(8).toString('hex')}`;
    this.name = `${name}\\Default`;
    const create = windowsCall('user32', 'void *CreateWindowStationW(str16, uint, uint, void *)');
    this.station = withRights(sid, stationRights, (attributes) =>
      must(create(name, 0, genericAll, attributes) as bigint, 'CreateWindowStationW'),
    );
    const own = windowsCall('user32', 'void *GetProcessWindowStation(void)')() as bigint;
    const enter = windowsCall('user32', 'int SetProcessWindowStation(void *)');
    try {
      // A desktop is made in the station that the program is in; nothing else happens meanwhile.
      must(enter(this.station), 'SetProcessWindowStation');
      const make = windowsCall('user32', 'void *CreateDesktopW(str16, void *, void *, uint, uint, void *)');
      this.desktop = withRights(sid, desktopRights, (attributes) =>
        must(make('Default', null, null, 0, genericAll, attributes) as bigint, 'CreateDesktopW'),
      );
    } catch (error) {
      enter(own);
      this.closeStation();
      throw error;
    }
    enter(own);
  }

  close(): void {
    windowsCall('user32', 'int CloseDesktop(void *)')(this.desktop);
    this.closeStation();
  }

  private closeStation(): void {
    windowsCall('user32', 'int CloseWindowStation(void *)')(this.station);
  }
}

/** SECURITY_ATTRIBUTES for the account and the system. */
const withRights = <T>(sid: string, rights: string, use: (attributes: Buffer) => T): T =>
  withDescriptor(`D:P(A;;${rights};;;SY)(A;;${rights};;;${sid})`, (descriptor) => {
    const attributes = Buffer.alloc(24);
    attributes.writeUInt32LE(attributes.length, 0);
    attributes.writeBigUInt64LE(descriptor, 8);
    return use(attributes);
  });
