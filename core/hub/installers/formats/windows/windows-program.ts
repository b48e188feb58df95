import { Data, NtExecutable, NtExecutableResource, Resource } from 'resedit';

/*
 * The endpoint as one Windows program: Node.js's own executable, with the bundle as a resource. Formats: "PE Format"
 * (learn.microsoft.com/windows/win32/debug/pe-format), "Single executable applications" (Node.js documentation).
 */

/** Node.js looks for its blob where the last digit is 1. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';
/** RT_RCDATA, RT_MANIFEST (winuser.h). */
const rawData = 10;
const manifestType = 24;
/** IMAGE_SUBSYSTEM_WINDOWS_GUI (winnt.h): no console window appears beside it. */
const windowsSubsystem = 2;
/** English of the United States, and Unicode: what other programs look for first. */
const language = { lang: 1033, codepage: 1200 } as const;

/**
 * Rights are asked for when they are needed, by the program itself: the tray's icon and a session's app run without them, and
 * Windows starts nothing at sign-in that would ask.
 */
const manifest = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security><requestedPrivileges><requestedExecutionLevel level="asInvoker" uiAccess="false"/></requestedPrivileges></security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application><supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/></application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <dpiAware xmlns="http://schemas.microsoft.com/SMI/2005/WindowsSettings">true/pm</dpiAware>
      <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2</dpiAwareness>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
    </windowsSettings>
  </application>
</assembly>
`;

export interface WindowsProgramParts {
  /** Node.js's own executable; its signature goes, since what it signs changes. */
  readonly runtime: Buffer;
  /** What Node.js is to run: see `seaBlob`. */
  readonly blob: Buffer;
  /** A file of icons. */
  readonly icon: Buffer;
  /** The endpoint's version, `1.2.3`. */
  readonly version: string;
}

/** @throws Error where the runtime is none that can carry a program */
export function windowsProgram({ runtime, blob, icon, version }: WindowsProgramParts): Buffer {
  const exe = NtExecutable.from(runtime, { ignoreCert: true });
  exe.newHeader.optionalHeader.subsystem = windowsSubsystem;
  const resources = NtExecutableResource.from(exe);
  resources.replaceResourceEntry({ type: rawData, id: 'NODE_SEA_BLOB', bin: exact(blob), ...language });
  resources.entries = resources.entries.filter(({ type }) => type !== manifestType);
  resources.replaceResourceEntry({ type: manifestType, id: 1, bin: exact(Buffer.from(manifest)), ...language });
  const icons = Data.IconFile.from(icon).icons.map(({ data }) => data);
  Resource.IconGroupEntry.replaceIconsForResource(resources.entries, 1, language.lang, icons);
  describe(resources, version);
  resources.outputResource(exe);
  const program = Buffer.from(exe.generate());
  const at = program.indexOf(`${fuse}0`);
  if (at < 0 || program.indexOf(`${fuse}0`, at + 1) >= 0) throw new Error('This Node.js carries no program.');
  program.write('1', at + fuse.length, 'latin1');
  return program;
}

/** What the file's properties and the question for an administrator's rights show. */
function describe(resources: NtExecutableResource, version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.+-]/).map(Number);
  resources.entries = resources.entries.filter(({ type }) => type !== 16);
  const info = Resource.VersionInfo.createEmpty();
  info.setFileVersion(major, minor, patch, 0, language.lang);
  info.setProductVersion(major, minor, patch, 0, language.lang);
  info.setStringValues(language, {
    CompanyName: 'Latchkey',
    FileDescription: 'Latchkey Endpoint',
    FileVersion: version,
    InternalName: 'latchkey-endpoint',
    LegalCopyright: 'MIT License',
    OriginalFilename: 'latchkey-endpoint.exe',
    ProductName: 'Latchkey Endpoint',
    ProductVersion: version,
  });
  info.outputToResourceEntries(resources.entries);
}

/** The library reads the whole memory behind a view. */
const exact = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer;
