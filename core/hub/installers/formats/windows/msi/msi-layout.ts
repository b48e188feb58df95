import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installerConfig, windowsInstallation, type InstallRecord } from '#protocol/installers.ts';
import { programFolder } from '../../../../program-folder.ts';
import type { FormatContext, VaryingLayout } from '../../format-layout.ts';
import { configLength } from '../../format-layout.ts';
import { cabinetHead, storedCabinet } from './cabinet.ts';
import { compoundFile, type CompoundFile } from './compound-file.ts';
import { databaseStreams, streamName } from './database.ts';
import { codeOf, endpointFiles, endpointTables, packageClass, testFile, testTables } from './msi-package.ts';
import { summaryInformation } from './summary-information.ts';

const author = 'Latchkey';
const recordLength = 256;
const icon = (): Buffer => readFileSync(join(programFolder, 'core/hub/installers/formats/windows/latchkey.ico'));

/**
 * A Windows Installer package. The program's cabinet stands first in the file, and what differs from one installer to the next
 * behind it: a cabinet of its own with the configuration, the token among the properties, and the codes.
 */
export function msiLayout({ payload, version }: FormatContext): VaryingLayout {
  const [program] = payload.files;
  if (!program || payload.files.length > 1) throw new RangeError('MSI: the payload has to be one file.');
  const cabinet = cabinetHead([{ name: endpointFiles.program, size: program.size }], payload.size);
  const big = { name: streamName('program.cab'), size: cabinet.length + payload.size };
  const sizes = { program: program.size, config: configLength, record: recordLength };
  const image = icon();
  const build = (config: Buffer, token: string): CompoundFile => {
    const own = config.toString().trimEnd();
    const productCode = codeOf('product', version, own);
    const record = { format: 'msi', version, files: [], root: '', product: productCode } satisfies InstallRecord;
    const ownCabinet = storedCabinet([
      { name: endpointFiles.config, content: config },
      { name: endpointFiles.record, content: padded(`${JSON.stringify(record)}\n`, recordLength) },
    ]);
    const streams = [
      ...databaseStreams(endpointTables({ version, productCode, icon: image }, sizes, token)),
      { name: streamName('config.cab'), content: ownCabinet },
      summaryInformation({
        subject: windowsInstallation.folder,
        author,
        comments: 'Unattended remote support by your technicians',
        packageCode: codeOf('package', version, payload.key, own),
      }),
    ];
    return compoundFile(packageClass, streams, big);
  };
  return {
    put(config) {
      const { token } = installerConfig.parse(JSON.parse(config.toString()));
      const { header, rest } = build(config, token);
      return { head: Buffer.concat([header, cabinet]), tail: rest };
    },
  };
}

/** A small package that joins nothing. It is made whole: there is no payload. */
export function testMsi(version: string): Buffer {
  const note = Buffer.from(testNote.replaceAll('\n', '\r\n'), 'utf8');
  const productCode = codeOf('test product', version);
  const streams = [
    ...databaseStreams(testTables({ version, productCode, icon: icon() }, note.length)),
    { name: streamName('config.cab'), content: storedCabinet([{ name: testFile, content: note }]) },
    summaryInformation({
      subject: 'Latchkey Endpoint Test',
      author,
      comments: 'Tries a roll-out without joining anything',
      packageCode: codeOf('test package', version, note.toString()),
    }),
  ];
  const { header, rest } = compoundFile(packageClass, streams);
  return Buffer.concat([header, rest]);
}

const testNote = `Latchkey Endpoint Test

EN  The test package was installed: the real one will get here too. It runs nothing and joins nothing. Remove it under
    Programs and Features, or with the roll-out.
FR  Le package de test a été installé : le véritable package arrivera donc lui aussi jusqu’ici. Il n’exécute rien et ne
    rattache rien. Supprimez-le dans Programmes et fonctionnalités ou avec le déploiement.
DE  Das Testpaket wurde installiert: Auch das echte wird hier ankommen. Es führt nichts aus und bindet nichts an. Entfernen
    Sie es unter „Programme und Features“ oder mit der Verteilung.
`;

function padded(text: string, length: number): Buffer {
  const buffer = Buffer.alloc(length, ' ');
  if (buffer.write(text) < Buffer.byteLength(text)) throw new RangeError(`MSI: ${text.length} characters do not fit.`);
  return buffer;
}
