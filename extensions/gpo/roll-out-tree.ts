import type { Latchkey, TreeDataProvider } from '../../protocol/api/index.ts';
import { strangersText, stateText } from './texts.ts';

/** Roll-outs, newest first, each with how far it is. Empty where there are none, so that the welcome text shows. */
export class RollOutTree implements TreeDataProvider {
  private readonly latchkey: Latchkey;

  constructor(latchkey: Latchkey) {
    this.latchkey = latchkey;
  }

  async children(node: string | null) {
    if (node !== null) return [];
    const { rollOuts, groups, l10n } = this.latchkey;
    const [all, named] = await Promise.all([rollOuts.list(), groups.list()]);
    const groupNames = new Map(named.map(({ id, name }) => [id, name]));
    return all.map((each) => {
      const done = each.expected !== null && each.joined >= each.expected;
      return {
        id: each.id,
        label: each.name,
        description: stateText(l10n, each),
        tooltip: [each.name, groupNames.get(each.group), each.domain, strangersText(l10n, each)]
          .filter(Boolean)
          .join('\n'),
        icon: done ? 'pass' : each.step === 'progress' || each.step === 'files' ? 'rocket' : 'edit',
        contextValue: each.inDomain
          ? 'rollOut.inDomain'
          : each.installer === null
            ? 'rollOut.begun'
            : 'rollOut.complete',
        command: { command: 'gpo.open', arguments: { rollOut: each.id } },
        arguments: { rollOut: each.id },
      };
    });
  }
}
