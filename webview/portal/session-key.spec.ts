import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digitsOf, groupWhileTyping, inGroups, keyIn } from './session-key.ts';

describe('A1: the nine-digit key', () => {
  it('is shown in three groups', () => {
    assert.equal(inGroups('123456789'), '123 456 789');
    assert.equal(inGroups('1234'), '123 4');
    assert.equal(inGroups('123'), '123');
    assert.equal(inGroups(''), '');
  });

  it('can be pasted as people write it', () => {
    for (const text of ['123456789', '123 456 789', '123-456-789', ' 123.456.789\n', 'Key: 123 456 789'])
      assert.equal(digitsOf(text), '123456789', text);
  });

  it('keeps the cursor where it was among the digits', () => {
    assert.deepEqual(groupWhileTyping('1234', 4), { text: '123 4', cursor: 5 });
    assert.deepEqual(groupWhileTyping('123', 3), { text: '123', cursor: 3 });
    // A digit put in the middle of the first group.
    assert.deepEqual(groupWhileTyping('1923 456 789', 2), { text: '192 345 678 9', cursor: 2 });
    // The space between two groups was deleted: the cursor stays before the digit that followed.
    assert.deepEqual(groupWhileTyping('123456', 3), { text: '123 456', cursor: 3 });
    assert.deepEqual(groupWhileTyping('', 0), { text: '', cursor: 0 });
  });

  it('is taken from a link, and nothing else is', () => {
    assert.equal(keyIn('#123456789'), '123456789');
    assert.equal(keyIn('#123%20456%20789'), '123456789');
    for (const fragment of ['', '#', '#12345678', '#1234567890', '#abc', '#%', '#problem=session.keyWrong'])
      assert.equal(keyIn(fragment), '', fragment);
  });
});
