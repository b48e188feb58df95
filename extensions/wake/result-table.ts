import type { Latchkey, Page, WakeResult } from '../../protocol/api/index.ts';
import { firstThatFits } from './message-size.ts';
import type { Texts } from './texts.ts';

/** Rows that a page shows, and fewer where names are so long that these would not fit a message. */
const rowCounts = [5000, 2000, 500];
/** What somebody has to see first. */
const order: readonly WakeResult['state'][] = ['failed', 'refused', 'noAnswer', 'sent', 'cancelled', 'awake'];

/** What became of each device, with the button that wakes those again where that may help. */
export function resultBlocks(
  { t }: Latchkey['l10n'],
  texts: Texts,
  results: readonly WakeResult[],
  empty?: string,
): Page['blocks'] {
  const sorted = results.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const again = results.filter(({ state }) => state !== 'awake' && state !== 'refused').map(({ device }) => device);
  const draw = (rows: number): Page['blocks'] => {
    const more = sorted.length - rows;
    return [
      ...(again.length > 0 && again.length <= 10_000
        ? [
            {
              kind: 'actions' as const,
              actions: [{ title: t('page.again'), command: 'device.wake', arguments: { devices: again }, icon: 'zap' }],
            },
          ]
        : []),
      {
        kind: 'table',
        columns: ['device', 'state', 'sentBy', 'why'].map((column) => ({ title: t(`page.${column}`) })),
        rows: sorted.slice(0, rows).map((result) => ({
          cells: [result.name, texts.state(result), texts.sentBy(result), texts.why(result) ?? ''],
          device: result.device,
        })),
        ...(empty !== undefined && { empty }),
      },
      ...(more > 0 ? [{ kind: 'text' as const, text: t('page.more', { count: more }), tone: 'muted' as const }] : []),
    ];
  };
  return firstThatFits(rowCounts.map((rows) => () => draw(rows)));
}
