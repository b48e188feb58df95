import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contrast, linkOn, textOn } from './accent.ts';

describe('P1: the colour that an administrator sets', () => {
  it('is measured as WCAG does', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21);
    assert.equal(contrast('#ffffff', '#ffffff'), 1);
    assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54');
    assert.equal(contrast('#FF0000', '#ffffff').toFixed(2), '4.00');
  });

  it('has black or white on it, whichever reads better', () => {
    assert.equal(textOn('#ffd400'), '#000000');
    assert.equal(textOn('#0b5cad'), '#ffffff');
    assert.equal(textOn('#ff0000'), '#000000');
  });

  it('leaves no colour on which the text cannot be read', () => {
    for (let red = 0; red < 256; red += 15)
      for (let green = 0; green < 256; green += 15)
        for (let blue = 0; blue < 256; blue += 15) {
          const color = `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
          assert.ok(contrast(color, textOn(color)) >= 4.5, color);
        }
  });

  it('colours links only where they can be read', () => {
    assert.equal(linkOn('#0b5cad', '#ffffff'), '#0b5cad');
    assert.equal(linkOn('#ffd400', '#ffffff'), undefined);
    assert.equal(linkOn('#ffd400', '#1d2127'), '#ffd400');
  });
});
