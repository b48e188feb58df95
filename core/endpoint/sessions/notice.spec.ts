import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { noAccounts, temporaryAccount } from '#core/testing/endpoint/temporary-account.ts';
import { until } from '#core/testing/expect.ts';
import { temporaryFolder } from '#core/testing/temporary-folder.ts';
import { endpointTexts } from '../commands/endpoint-io.ts';
import { showOnLinux } from './linux/linux-notice.ts';
import { macosNotice } from './macos/macos-notice.ts';
import { noticeBy } from './system-notice.ts';

const session = {
  session: 'a'.repeat(16),
  kind: 'unattended' as const,
  technicians: [
    { name: 'Anna', inControl: true },
    { name: 'Ben', inControl: false },
  ],
  startedAt: 0,
};

describe('A user who is there sees a notice (X1)', () => {
  it('says that a session began and ended, in the computer’s language, in this order', async () => {
    const shown: string[] = [];
    const show = (title: string, text: string): Promise<void> => {
      shown.push(`${title}: ${text}`);
      return Promise.resolve();
    };
    const notice = noticeBy(show, assert.fail, () => Promise.resolve(endpointTexts('de')));
    notice.began(session);
    notice.ended(session);
    await until(() => shown.length === 2);
    assert.deepEqual(shown, [
      'Fernwartung: Auf diesem Computer hat eine Sitzung begonnen: Anna und Ben.',
      'Fernwartung: Die Sitzung auf diesem Computer ist beendet: Anna und Ben.',
    ]);
  });

  it('what goes wrong with it is noted, and stops nothing', async () => {
    const problems: string[] = [];
    const notice = noticeBy(
      () => Promise.reject(new Error('no screen')),
      (problem) => problems.push(problem),
    );
    notice.began(session);
    notice.ended(session);
    await until(() => problems.length === 2);
  });

  it('Linux: on each desktop as the user who sits there, and on terminals', { skip: noAccounts }, async () => {
    const { uid } = temporaryAccount();
    const other = temporaryAccount();
    const folder = temporaryFolder();
    const [programs, runtime] = [join(folder, 'bin'), join(folder, 'run')];
    chmodSync(folder, 0o777);
    mkdirSync(programs);
    chmodSync(programs, 0o755);
    for (const user of [uid, other.uid]) {
      mkdirSync(join(runtime, String(user)), { recursive: true });
      writeFileSync(join(runtime, String(user), 'bus'), '');
    }
    const program = (name: string, body: string): void =>
      writeFileSync(join(programs, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    program(
      'loginctl',
      `case "$1 $2" in
       "list-sessions --no-legend") echo "  3 ${uid} anna seat0 tty2"; echo "  4 ${other.uid} ben - pts/1";;
       "show-session 3") printf 'User=${uid}\\nType=wayland\\nClass=user\\n';;
       *) printf 'User=${other.uid}\\nType=tty\\nClass=user\\n';;
       esac`,
    );
    program('notify-send', `printf '%s\\n' "$(id -u) $DBUS_SESSION_BUS_ADDRESS" "$@" > ${folder}/sent-$(id -u)`);
    program('wall', `printf '%s\\n' "$@" > ${folder}/wall`);
    await showOnLinux('Support', 'Anna <b>&', { path: `${programs}:/usr/bin:/bin`, runtime });
    const sent = readFileSync(join(folder, `sent-${uid}`), 'utf8').split('\n');
    assert.equal(sent[0], `${uid} unix:path=${runtime}/${uid}/bus`);
    assert.deepEqual(sent.slice(-4), ['--', 'Support', 'Anna &lt;b&gt;&amp;', '']);
    assert.equal(existsSync(join(folder, `sent-${other.uid}`)), false);
    assert.equal(readFileSync(join(folder, 'wall'), 'utf8'), '-n\nSupport: Anna <b>&\n');
    // A computer that has none of these is left alone.
    await showOnLinux('Support', 'Anna', { path: join(folder, 'nowhere'), runtime });
  });

  it('macOS: what is said is no part of the script', () => {
    const command = macosNotice('Support', 'Anna" & do shell script "x', { name: 'anna', uid: '501' });
    assert.deepEqual(command.slice(0, 6), ['launchctl', 'asuser', '501', 'sudo', '-u', 'anna']);
    assert.deepEqual(command.slice(-2), ['Support', 'Anna" & do shell script "x']);
    assert.equal(command.filter((part) => part.includes('do shell script')).length, 1);
  });
});
