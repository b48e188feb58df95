import { readFile } from 'node:fs/promises';
import { chooseLanguage, type Localizer } from '#core/base/l10n/localizer.ts';
import type { ShownSession } from '#protocol/sessions.ts';
import { endpointTexts } from '../commands/endpoint-io.ts';
import { showOnLinux } from './linux/linux-notice.ts';
import { showOnMacos } from './macos/macos-notice.ts';
import type { SessionNotice } from './session-notice.ts';

/** Shows a text to everybody who is signed in at the computer; what can't be shown somewhere is not. */
export type ShowNotice = (title: string, text: string) => Promise<void>;

/**
 * Tells whoever is at this computer, by the system's own means.
 * @returns undefined where there are none for this system
 */
export function systemNotice(onProblem: (problem: string) => void): SessionNotice | undefined {
  if (process.platform === 'linux') return noticeBy((title, text) => showOnLinux(title, text), onProblem);
  if (process.platform === 'darwin') return noticeBy(showOnMacos, onProblem);
  return undefined;
}

/** A notice in the computer's own language, one after the other. */
export function noticeBy(show: ShowNotice, onProblem: (problem: string) => void, texts = computerTexts): SessionNotice {
  let last: Promise<void> = Promise.resolve();
  const tell = (key: string, { technicians }: ShownSession): void => {
    last = last.then(async () => {
      try {
        const localizer = await texts();
        const names = new Intl.ListFormat(localizer.language).format(technicians.map(({ name }) => name));
        await show(localizer.t('notice.title'), localizer.t(key, { technicians: names }));
      } catch (error) {
        onProblem(`notice: ${(error as Error).message}`);
      }
    });
  };
  return { began: (session) => tell('notice.began', session), ended: (session) => tell('notice.ended', session) };
}

/** A service is started without a language: the computer's own stands in its settings. */
async function computerTexts(): Promise<Localizer> {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  const own = LC_ALL || LC_MESSAGES || LANG;
  if (own) return endpointTexts(chooseLanguage([own]));
  const settings = ['/etc/locale.conf', '/etc/default/locale'].map((file) => readFile(file, 'utf8').catch(() => ''));
  const found = /^LANG="?([^"\n]+)/m.exec((await Promise.all(settings)).join('\n'))?.[1];
  return endpointTexts(chooseLanguage([found ?? 'en']));
}
