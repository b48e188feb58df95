import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failsWith } from '#core/testing/expect.ts';
import {
  domainDn,
  escapeDnValue,
  escapeFilterValue,
  parseUnc,
  requireFileName,
  sameDn,
  uncOf,
} from './domain-names.ts';

describe('names of a domain', () => {
  it('D2: values of distinguished names are escaped as RFC 4514 has it', () => {
    assert.equal(
      escapeDnValue('Büro "A", + <x>; 中文 = \\ & (1)*'),
      'Büro \\"A\\"\\, \\+ \\<x\\>\\; 中文 \\= \\\\ & (1)*',
    );
    assert.equal(escapeDnValue(' #a '), '\\ #a\\ ');
    assert.equal(escapeDnValue('#a'), '\\#a');
    assert.equal(escapeDnValue(' '), '\\ ');
    assert.equal(escapeDnValue('a\\ '), 'a\\\\\\ ');
    assert.equal(escapeDnValue('a\r\n\0b'), 'a\\0d\\0a\\00b');
    assert.equal(domainDn('corp.example.com'), 'DC=corp,DC=example,DC=com');
  });

  it('D2: values of filters are escaped as RFC 4515 has it', () => {
    assert.equal(escapeFilterValue('*)(cn=\\a\0'), '\\2a\\29\\28cn=\\5ca\\00');
  });

  it('D2: distinguished names are compared as the directory compares them', () => {
    assert.ok(sameDn('CN=a , OU=B,DC=x', 'cn=A,ou=b,dc=X'));
    assert.ok(!sameDn('CN=a\\ ,OU=B', 'CN=a,OU=B'));
    const written = 'OU=Büro \\"A\\"\\, \\+ \\<x\\>\\; 中文 \\= (1)*,DC=x';
    assert.ok(sameDn(written, 'OU=B\\C3\\BCro \\22A\\22\\2C \\2B \\3Cx\\3E\\3B 中文 \\3d (1)*,DC=x'));
    assert.ok(!sameDn('CN=a\\,OU=b', 'CN=a,OU=b'));
    assert.ok(!sameDn('CN=a\\+OU=b', 'CN=a+OU=b'));
  });

  it('D3: a UNC path in its parts, and back', () => {
    const place = parseUnc("\\\\srv\\soft ware\\R&D; Büro\\中文 'x'");
    assert.deepEqual(place, { server: 'srv', share: 'soft ware', path: "R&D; Büro\\中文 'x'" });
    assert.equal(uncOf(place), "\\\\srv\\soft ware\\R&D; Büro\\中文 'x'");
    assert.deepEqual(parseUnc('\\\\srv\\share\\'), { server: 'srv', share: 'share', path: '' });
  });

  it('D3: paths that would be something else to smbclient are refused', () => {
    for (const unc of ['C:\\share', '//srv/share', '\\\\srv', 'srv\\share']) {
      assert.throws(() => parseUnc(unc), failsWith('rollOut.shareNotUnc'), unc);
    }
    for (const path of ['a"b', '..', 'a\\\\b', 'a\nb', 'a*', 'a/b', '-x']) {
      assert.throws(() => parseUnc(`\\\\srv\\share\\${path}`), failsWith('rollOut.shareInvalid'), path);
    }
    assert.throws(() => parseUnc('\\\\-srv\\share'), failsWith('rollOut.shareInvalid'));
    for (const name of ['', '..', 'a\\b', 'a"', 'a\r']) {
      assert.throws(() => requireFileName(name), failsWith('domain.fileNameInvalid'), name);
    }
  });
});
