import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Localizer } from './localizer.ts';

describe('Texts', () => {
  const texts = {
    said: 'Le fichier « {file} » : est-il là ? {count, plural, =0 {non !} other {# ; oui}}',
    plain: 'Quoi ?',
  };

  it('in French have no line that ends before a mark, and leave what is filled in as it is', () => {
    const french = new Localizer('fr', texts);
    assert.equal(french.t('plain'), 'Quoi\u00a0?');
    assert.equal(
      french.t('said', { file: 'a : b ?.txt', count: 2 }),
      'Le fichier «\u00a0a : b ?.txt\u00a0»\u00a0: est-il là\u00a0? 2\u00a0; oui',
    );
    assert.match(french.t('said', { file: '', count: 0 }), /non\u00a0!$/);
    assert.equal(new Localizer('de', texts).t('plain'), 'Quoi ?');
  });

  it('leave addresses, commands and options as they are written', () => {
    const command = 'sudo x :/y && curl http://h:80/?a=b -- :set';
    assert.equal(new Localizer('fr', { command }).t('command'), command);
  });
});
