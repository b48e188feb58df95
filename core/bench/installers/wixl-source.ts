import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A WiX source for an MSI that does what ours does, as far as wixl can. It finds the program beside it. */
export async function wixlSource(program: string, folder: string): Promise<string> {
  const file = join(folder, 'endpoint.wxs');
  await copyFile(program, join(folder, 'endpoint.exe'));
  await writeFile(
    file,
    `<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" Name="Endpoint" Language="1033" Version="1.0.0" Manufacturer="Bench" UpgradeCode="5B9F2E1C-6A7D-4C83-9E54-1D0F3B8A7C62">
    <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine"/>
    <Media Id="1" Cabinet="endpoint.cab" EmbedCab="yes"/>
    <Property Id="ENROLL_TOKEN" Value="lk1.token"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLFOLDER" Name="Endpoint">
          <Component Id="Program" Guid="8E4C1A7B-3F92-4D65-B0C8-7A2D5E9F1B36" Win64="yes">
            <File Id="ProgramFile" Source="endpoint.exe" KeyPath="yes"/>
            <ServiceInstall Id="Service" Name="BenchEndpoint" Type="ownProcess" Start="auto" ErrorControl="normal"/>
            <ServiceControl Id="Control" Name="BenchEndpoint" Start="install" Stop="both" Remove="uninstall"/>
          </Component>
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="Main" Level="1"><ComponentRef Id="Program"/></Feature>
  </Product>
</Wix>
`,
  );
  return file;
}
