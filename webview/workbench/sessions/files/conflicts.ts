import type { ConflictAnswer } from '#core/workbench/sessions/upload.ts';
import { t } from '#webview/base/l10n.ts';
import { choose } from '../../dialogs/choose-dialog.ts';

/**
 * Asks what is to become of files that are there already: one question at a time, and one answer for the rest where the
 * person says so.
 * @param count how many files are sent together
 */
export function conflictAsker(folder: string, count: number): (name: string) => Promise<ConflictAnswer> {
  let forAll: ConflictAnswer | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (name) => {
    const answer = last.then(async (): Promise<ConflictAnswer> => {
      if (forAll) return forAll;
      const { choice, remember } = await choose({
        message: t('sessions.files.exists', { name }),
        detail: t('sessions.files.existsDetail', { folder }),
        choices: [
          { id: 'keepBoth', title: t('sessions.files.keepBoth') },
          { id: 'replace', title: t('sessions.files.replace') },
        ],
        remember: count > 1 ? t('sessions.files.forAll') : undefined,
      });
      const chosen = (choice ?? 'cancel') as ConflictAnswer;
      if (remember) forAll = chosen;
      return chosen;
    });
    last = answer.catch(() => {});
    return answer;
  };
}
