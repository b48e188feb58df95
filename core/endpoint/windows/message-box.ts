import { windowsCall } from './windows-api.ts';

/** MB_ICONERROR, MB_ICONINFORMATION, MB_YESNO, MB_ICONQUESTION, MB_SETFOREGROUND; IDYES (winuser.h). */
const icons = { error: 0x10, information: 0x40 } as const;
const question = 0x4 | 0x20;
const toFront = 0x10000;
const yes = 6;

/** Shows a text in a window of its own, and waits until it is closed. */
export async function showMessage(
  title: string,
  text: string,
  kind: keyof typeof icons = 'information',
): Promise<void> {
  await messageBox(title, text, icons[kind]);
}

/** Asks for a yes or a no. */
export const askYesNo = async (title: string, text: string): Promise<boolean> =>
  (await messageBox(title, text, question)) === yes;

function messageBox(title: string, text: string, style: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const show = windowsCall('user32', 'int MessageBoxW(void *, str16, str16, uint)');
    show.async(null, text, title, style | toFront, (error: unknown, answer: number) =>
      error ? reject(error as Error) : resolve(answer),
    );
  });
}
