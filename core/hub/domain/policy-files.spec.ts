import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import {
  policyFiles,
  readable,
  scriptsExtension,
  versionContent,
  withScriptsExtension,
  withVersion,
} from './policy-files.ts';
import type { GroupPolicyPlan } from './group-policy-plan.ts';

const plan = (fileName: string): GroupPolicyPlan => ({
  domain: 'example.com',
  name: 'Latchkey',
  userSettingsDisabled: true,
  target: { kind: 'all' },
  linkTo: null,
  share: '\\\\srv\\share',
  packageFile: 'a.msi',
  startupScript: { fileName, content: 'rem ü', parameters: '"\\\\srv\\ü 中文"\r\nx' },
});

describe('files of a group policy', () => {
  it('D10: scripts.ini is UTF-16 with its mark, and names the script in one line', () => {
    const [script, list] = policyFiles(plan('Start Büro.cmd'));
    assert.deepEqual(script!.path, ['Machine', 'Scripts', 'Startup', 'Start Büro.cmd']);
    assert.equal(script!.content.toString('utf8'), 'rem ü');
    assert.deepEqual(list!.path, ['Machine', 'Scripts', 'scripts.ini']);
    assert.equal(list!.content.toString('hex', 0, 2), 'fffe');
    assert.equal(
      list!.content.toString('utf16le', 2),
      '\r\n[Startup]\r\n0CmdLine=Start Büro.cmd\r\n0Parameters="\\\\srv\\ü 中文" x\r\n',
    );
    assert.equal(readable(list!.content), '[Startup]\r\n0CmdLine=Start Büro.cmd\r\n0Parameters="\\\\srv\\ü 中文" x');
  });

  it('D10: PowerShell has a list of its own, and its script a mark', () => {
    const [script, list] = policyFiles(plan('x.PS1'));
    assert.equal(script!.content.toString('utf8'), '\uFEFFrem ü');
    assert.equal(list!.path.at(-1), 'psscripts.ini');
    assert.throws(() => policyFiles(plan('..\\x.cmd')), failsWith('domain.fileNameInvalid'));
  });

  it('D9: GPT.INI gets another version and keeps the rest', () => {
    assert.equal(versionContent(1).toString(), '[General]\r\nVersion=1\r\ndisplayName=New Group Policy Object\r\n');
    const kept = withVersion(Buffer.from('[General]\r\nversion=7\r\nOther=ü\r\n', 'latin1'), 8);
    assert.equal(kept.toString('latin1'), '[General]\r\nVersion=8\r\nOther=ü\r\n');
  });

  it('D10: extensions stand in the order of their GUIDs', () => {
    const first = '[{00000000-0000-0000-0000-000000000000}{A}]';
    const last = '[{C6DC5466-785A-11D2-84D0-00C04FB169F7}{B}]';
    assert.equal(withScriptsExtension(undefined), scriptsExtension);
    assert.equal(withScriptsExtension(first + last), first + scriptsExtension + last);
    assert.equal(withScriptsExtension(first + scriptsExtension.toLowerCase()), first + scriptsExtension.toLowerCase());
  });
});
