import axe from 'axe-core';
import { assert } from 'chai';
import { page, type PageInput } from '#protocol/declared-page.ts';
import { showLanguage } from '#webview/base/l10n.ts';
import { showTheme } from '#webview/themes/show-theme.ts';
import './declared-chart.ts';
import type { DeclaredChart } from './declared-chart.ts';

type ChartInput = Extract<PageInput['blocks'][number], { kind: 'chart' }>;
const minute = 60_000;
const begun = Date.UTC(2026, 10, 21, 12);

describe('Pictures over time of declared pages', () => {
  let element: DeclaredChart;
  const root = (): ShadowRoot => element.shadowRoot!;
  const canvas = (): HTMLCanvasElement =>
    root().querySelector('lk-chart-canvas')!.shadowRoot!.querySelector<HTMLCanvasElement>('canvas')!;
  /** The colours in the picture; none where nothing is drawn. */
  function colors(): Set<string> {
    const { width, height } = canvas();
    const { data } = canvas().getContext('2d')!.getImageData(0, 0, width, height);
    const found = new Set<string>();
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3]! > 200) found.add(data.slice(at, at + 3).join());
    }
    return found;
  }
  async function drawn(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (root().querySelector('lk-chart-canvas') && canvas().width > 300 && colors().size > 0) return;
    }
    assert.fail('nothing was drawn');
  }
  const chart = (points: ChartInput['series'][number]['points'], more: Partial<ChartInput> = {}): ChartInput => ({
    kind: 'chart',
    title: 'Computers that have joined',
    series: [{ label: 'Joined', points }],
    limit: { label: 'Expected', value: 40 },
    empty: 'Nobody yet.',
    ...more,
  });
  async function show(input: ChartInput): Promise<void> {
    const [block] = page.parse({ id: 'p', title: 'p', blocks: [input] }).blocks;
    element.block = block as DeclaredChart['block'];
    await element.updateComplete;
  }
  const points = Array.from({ length: 90 }, (_, at) => ({ at: begun + at * minute, value: at }));

  const blue = { dark: '55,148,255', 'hc-light': '26,133,255' };
  const theme = document.createElement('style');
  before(() => {
    theme.textContent = `
      [data-theme='dark'] { --vscode-charts-blue: rgb(${blue.dark}); --vscode-descriptionForeground: #cccccc; }
      [data-theme='hc-light'] { --vscode-charts-blue: rgb(${blue['hc-light']}); --vscode-descriptionForeground: #292929; }`;
    document.head.append(theme);
  });
  after(() => theme.remove());
  beforeEach(async () => {
    showTheme('dark');
    await showLanguage('en');
    element = document.createElement('lk-declared-chart');
    document.body.append(element);
  });
  afterEach(() => element.remove());

  it('D11: draws the line and the border, and again in the colours of another theme', async () => {
    await show(chart(points));
    await drawn();
    assert.ok(colors().has(blue.dark));
    showTheme('highContrastLight');
    for (let turn = 0; turn < 40 && !colors().has(blue['hc-light']); turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(colors().has(blue['hc-light']));
    assert.equal(colors().has(blue.dark), false);
  });

  it('says in words where each line ends, and has a table that follows it, the last moment in it', async () => {
    await show(chart(points));
    await drawn();
    assert.equal(canvas().getAttribute('aria-label'), 'Computers that have joined. Joined: 89');
    const rows = [...root().querySelectorAll('tbody tr')];
    assert.isAtMost(rows.length, 26);
    assert.include(rows.at(-1)!.textContent.replaceAll(/\s+/g, ' '), '89');
    assert.equal(root().querySelector('details summary')!.textContent, 'As a table');
  });

  it('with several lines the table holds what each had then', async () => {
    const [first, second] = [begun, begun + minute];
    const series = [
      { label: 'Joined', points: [{ at: first, value: 1 }] },
      { label: 'Failed', points: [{ at: second, value: 1200 }] },
    ];
    await show(chart([], { series }));
    await drawn();
    const cells = [...root().querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td.end')].map((cell) => cell.textContent),
    );
    assert.deepEqual(cells, [
      ['1', '0'],
      ['1', '1,200'],
    ]);
  });

  it('one moment alone can be drawn, and without any it says so', async () => {
    await show(chart(points.slice(0, 1)));
    await drawn();
    await show(chart([]));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.isNull(root().querySelector('lk-chart-canvas'));
    assert.include(root().textContent, 'Nobody yet.');
  });

  it('stays as wide as its place, down to 320 pixels', async () => {
    element.style.width = '320px';
    await show(chart(points));
    for (let turn = 0; turn < 40 && !root().querySelector('lk-chart-canvas'); turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.isAtMost(canvas().getBoundingClientRect().width, 320);
  });

  it('has nothing that axe objects to', async () => {
    showTheme('highContrastLight');
    await show(chart(points));
    await drawn();
    root().querySelector('details')!.open = true;
    const { violations } = await axe.run(element);
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id} ${nodes[0]!.html}`),
      [],
    );
  });
});
