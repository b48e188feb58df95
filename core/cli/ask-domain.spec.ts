import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DomainAccess, DomainQuestion } from '#core/workbench/roll-outs/domain-question.ts';
import { failsWith } from '#core/testing/expect.ts';
import type { RollOutChange, RollOutChangeList } from '#protocol/roll-outs.ts';
import { askDomain } from './ask-domain.ts';
import type { CliIo } from './cli-io.ts';

const link: RollOutChange = { kind: 'link', target: 'DC=ad', before: null, after: 'Latchkey' };

describe('A domain that is changed from the command line (D9)', () => {
  const notes: string[] = [];
  const io = (password: string | undefined): CliIo => {
    notes.length = 0;
    const t = (key: string, args: object = {}): string => `${key} ${JSON.stringify(args)}`;
    const note = (text: string): void => void notes.push(text);
    return { localizer: { t }, note, progress: note, readSecret: async () => password } as unknown as CliIo;
  };
  const question = (more: Partial<DomainQuestion> = {}) => {
    const did: { access: DomainAccess; preview: string | undefined }[] = [];
    const found: RollOutChangeList = {
      changes: [link],
      notices: [
        { code: 'domain.computersUnknown', args: { count: 1, domain: 'ad.example.com' } },
        { code: 'domain.packageNotPlaced', args: { where: 'x' } },
      ],
      unknownComputers: ['GONE-1'],
      domainController: 'dc2.ad.example.com',
      preview: 'seen',
    };
    const asked: DomainQuestion = {
      ...{ action: 'apply', name: 'Latchkey', domain: 'ad.example.com', account: 'AD\\admin' },
      preview: async () => found,
      run: async (access, preview) => {
        did.push({ access, preview });
        return {
          changes: [link],
          notices: [...found.notices!, { code: 'domain.folderNotReadable', args: { where: 'x' } }],
        };
      },
      ...more,
    };
    return { asked, did };
  };

  it('shows every change, and has what was shown done where it was looked at', async () => {
    const { asked, did } = question();
    assert.deepEqual(await askDomain(io('secret'))(asked), [link]);
    assert.equal(did[0]?.preview, 'seen');
    assert.deepEqual([did[0].access.domainController, did[0].access.password], ['dc2.ad.example.com', 'secret']);
    assert.ok(notes.includes('link DC=ad: – → Latchkey'));
    assert.ok(notes.some((note) => note.startsWith('domain.packageNotPlaced')));
    // Named, and so not counted as well.
    assert.ok(
      notes.some((note) => note.includes('GONE-1')) && !notes.some((note) => note.includes('computersUnknown')),
    );
    // What was found out only then is said then, and nothing twice.
    assert.ok(notes.some((note) => note.startsWith('domain.folderNotReadable')));
    assert.equal(notes.filter((note) => note.startsWith('domain.packageNotPlaced')).length, 1);
    assert.ok(!notes.join('').includes('secret'));
  });

  it('says what an undo takes back without looking for it, and asks nothing of whoever can’t answer', async () => {
    const preview = (): Promise<never> => Promise.reject(new Error('looked'));
    const { asked, did } = question({ action: 'undo', made: [link], preview });
    await askDomain(io('secret'))(asked);
    assert.equal(notes[0], 'link DC=ad: Latchkey → –');
    assert.deepEqual([did[0]?.preview, did[0]?.access.domainController], [undefined, '']);
    await assert.rejects(askDomain(io(undefined))(asked), failsWith('account.proofNeedsTerminal'));
    await assert.rejects(askDomain(io('x'))({ ...asked, account: undefined }), failsWith('cli.usage'));
    assert.equal(did.length, 1);
  });
});
