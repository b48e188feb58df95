/**
 * What keeps a package from installing, with what it says then, in the user's language. A package is of one language itself:
 * the condition picks the text (learn.microsoft.com/windows/win32/msi/launchcondition-table).
 */
type Row = [condition: string, text: string];

// Of Germany, Switzerland, Austria; of France, Belgium, Canada, Switzerland. More would not fit a condition.
const german = [1031, 2055, 3079];
const french = [1036, 2060, 3084, 4108];
const isOneOf = (codes: readonly number[]): string => codes.map((code) => `UserLanguageID=${code}`).join(' OR ');

function inEachLanguage(condition: string, [en, fr, de]: readonly [string, string, string]): Row[] {
  return [
    [`${condition} OR ${isOneOf([...german, ...french])}`, en],
    [`${condition} OR NOT (${isOneOf(french)})`, fr],
    [`${condition} OR NOT (${isOneOf(german)})`, de],
  ];
}

/** Node.js 22 runs on Windows 10 and Server 2016, which both call themselves 6.3 here. */
export const windowsTooOld: Row[] = inEachLanguage('Installed OR VersionNT64 >= 603', [
  'This program needs a 64-bit Windows 10, Windows Server 2016 or later.',
  'Ce programme nécessite Windows 10, Windows Server 2016 ou une version ultérieure, en 64 bits.',
  'Dieses Programm benötigt Windows 10, Windows Server 2016 oder neuer in 64 Bit.',
]);

export const newerIsThere: Row[] = inEachLanguage('Installed OR NOT NEWERFOUND', [
  'A newer version of this program is installed already.',
  'Une version plus récente de ce programme est déjà installée.',
  'Eine neuere Version dieses Programms ist bereits installiert.',
]);
