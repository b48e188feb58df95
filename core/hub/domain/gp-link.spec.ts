import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatLinks, linkOf, parseLinks, withLink, withoutLink } from './gp-link.ts';

const policy = (id: string): string => `CN={${id}},CN=Policies,CN=System,DC=corp,DC=example,DC=com`;

describe('gPLink', () => {
  const text = `[LDAP://cn={A},cn=policies,cn=system,DC=corp,DC=example,DC=com;2][ldap://${policy('B')};1]`;

  it('D9: is read and written as it was, options and all', () => {
    const links = parseLinks(text)!;
    assert.deepEqual(
      links.map(({ options }) => options),
      [2, 1],
    );
    assert.equal(formatLinks(links), text.replace('ldap:', 'LDAP:'));
    assert.deepEqual(parseLinks(undefined), []);
    // What Windows leaves behind when the last link is taken away.
    assert.deepEqual(parseLinks(' '), []);
  });

  it('D9: a new link yields to all that were there, and is taken away without them', () => {
    const links = parseLinks(text)!;
    const more = withLink(links, policy('C'));
    assert.equal(more[0]?.dn, policy('C'));
    assert.equal(linkOf(more, policy('c').toLowerCase())?.options, 0);
    assert.deepEqual(withoutLink(more, policy('c')), links);
    assert.equal(formatLinks(withoutLink(withLink([], policy('C')), policy('C'))), null);
  });

  it('D9: what is no gPLink is left alone', () => {
    for (const broken of ['[LDAP://CN=a;x]', '[LDAP://CN=a;0', 'LDAP://CN=a;0', '[LDAP://CN=a;0]rest']) {
      assert.equal(parseLinks(broken), undefined, broken);
    }
  });
});
