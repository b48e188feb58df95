import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Subject } from 'rxjs';
import { until } from '#core/testing/expect.ts';
import { ContextKeyService } from '../context-keys/context-key-service.ts';
import { QuickAccess } from './quick-access.ts';
import { InputBox } from './input-box.ts';
import { goBack, QuickPick, rankItems } from './quick-pick.ts';
import { QuickInputService } from './quick-input-service.ts';

const items = ['Rename', 'Remove', 'Move'].map((label) => ({ id: label.toLowerCase(), label }));

describe('Quick input', () => {
  it('filters and ranks, and takes the active item', async () => {
    const contextKeys = new ContextKeyService();
    const input = new QuickInputService(contextKeys);
    const picking = input.pick({ items });
    const pick = input.current as QuickPick;
    assert.equal(contextKeys.get('inQuickOpen'), true);
    pick.setValue('move');
    assert.equal(pick.current.items[0]?.id, 'move');
    assert.deepEqual(pick.current.items[0]?.labelHighlights, [{ start: 0, end: 4 }]);
    pick.accept();
    assert.deepEqual(await picking, ['move']);
    assert.equal(contextKeys.get('inQuickOpen'), false);
    assert.equal(input.current, undefined);
  });

  it('goes around the ends, passes over what cannot be picked, and ticks many', async () => {
    const input = new QuickInputService(new ContextKeyService());
    const picking = input.pick({ items: [{ id: 'off', label: 'Off', disabled: 'No.' }, ...items], many: true });
    const pick = input.current as QuickPick;
    assert.equal(pick.current.activeIndex, 1);
    pick.setActive(-1);
    assert.equal(pick.current.activeIndex, 3);
    pick.toggle('rename');
    pick.toggle('move');
    pick.toggle('rename');
    pick.toggle('remove');
    pick.accept();
    assert.deepEqual(await picking, ['move', 'remove']);
  });

  it('is busy while it waits, and shows only the last answer', async () => {
    const input = new QuickInputService(new ContextKeyService());
    const answers: ((label: string) => void)[] = [];
    const shown = (label: string) => [{ id: label, label, labelHighlights: [], descriptionHighlights: [] }];
    void input.pick({ source: () => new Promise((resolve) => answers.push((label) => resolve(shown(label)))) });
    const pick = input.current as QuickPick;
    pick.setValue('b');
    assert.equal(pick.current.busy, true);
    answers[1]!('second');
    answers[0]!('first');
    await new Promise(setImmediate);
    assert.deepEqual([pick.current.busy, pick.current.items.map(({ id }) => id)], [false, ['second']]);
  });

  it('a new one dismisses the one before', async () => {
    const input = new QuickInputService(new ContextKeyService());
    const first = input.pick({ items });
    const second = input.input({ validate: (value) => (value ? undefined : 'Empty.') });
    assert.equal(await first, undefined);
    const box = input.current as InputBox;
    await box.accept();
    assert.equal(box.current.problem, 'Empty.');
    box.setValue('x');
    await box.accept();
    assert.equal(await second, 'x');
  });

  it('goes through steps, back and forth', async () => {
    const input = new QuickInputService(new ContextKeyService());
    const seen: number[] = [];
    const answers = [true, goBack, true, true] as const;
    const step = async ({ step: number }: { step: number }) => answers[seen.push(number) - 1];
    assert.equal(await input.steps([step, step]), true);
    assert.deepEqual(seen, [1, 2, 1, 2]);
    assert.equal(await input.steps([async () => undefined]), false);
  });

  it('chooses providers by prefix, with help', async () => {
    const input = new QuickInputService(new ContextKeyService());
    const access = new QuickAccess(input);
    const accepted: string[] = [];
    for (const prefix of ['', '>']) {
      access.register({
        prefix,
        help: () => `help ${prefix}`,
        placeholder: () => prefix,
        items: (text) =>
          rankItems(
            items.map((item) => ({ ...item, id: `${prefix}${item.id}` })),
            text,
          ),
        accept: (id) => void accepted.push(id),
      });
    }
    const shown = access.show('>ren');
    (input.current as QuickPick).accept();
    await shown;
    const other = access.show('');
    (input.current as QuickPick).setValue('?');
    assert.deepEqual(
      (input.current as QuickPick).current.items.map(({ description }) => description),
      ['help ', 'help >'],
    );
    (input.current as QuickPick).setValue('mov');
    (input.current as QuickPick).accept();
    await other;
    assert.deepEqual(accepted, ['>rename', 'move']);
  });

  it('commands that come while the palette is open are offered, and what was active stays so', async () => {
    const input = new QuickInputService(new ContextKeyService());
    const access = new QuickAccess(input);
    const changes = new Subject<void>();
    const commands = [{ id: 'b', label: 'Rename B' }];
    access.register({
      ...{ prefix: '>', help: () => '', placeholder: () => '', accept() {}, changes$: changes },
      items: (text) => rankItems(commands, text),
    });
    void access.show('>');
    const pick = input.current as QuickPick;
    const shown = () => [pick.current.items.map(({ id }) => id), pick.current.items[pick.current.activeIndex]?.id];
    assert.deepEqual(shown(), [['b'], 'b']);
    commands.unshift({ id: 'a', label: 'Rename A' });
    changes.next();
    await until(() => pick.current.items.length === 2);
    assert.deepEqual(shown(), [['a', 'b'], 'b']);
  });
});
