import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linuxDomain } from './linux-domain.ts';

const answering = (answers: Record<string, string>) => (program: string) => Promise.resolve(answers[program]);

describe('The domain of a Linux computer', () => {
  it('is the realm that it has joined, else that of its full name', async () => {
    assert.equal(
      await linuxDomain(answering({ realm: 'Corp.Example.com\n', hostname: 'other\n' })),
      'corp.example.com',
    );
    assert.equal(await linuxDomain(answering({ hostname: 'example.com\n' })), 'example.com');
    assert.equal(await linuxDomain(answering({ realm: '', hostname: 'example.com' })), 'example.com');
  });

  it('is not known where there is none, or only a name that every network has', async () => {
    for (const hostname of ['', '(none)', 'localdomain', 'lan', 'not a name']) {
      assert.equal(await linuxDomain(answering({ hostname })), undefined, hostname);
    }
    assert.equal(await linuxDomain(answering({})), undefined);
  });
});
