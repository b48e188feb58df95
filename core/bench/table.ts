import { isMet, ratioOf, type Aim, type Measure } from './benchmark.ts';

const heads = ['measure', 'value', 'baseline', 'ratio', 'aim', 'met?'];

/** The measures as a Markdown table with columns of one width. */
export function tableOf(measures: readonly Measure[]): string {
  const rows = [heads, ...measures.map(cells)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

function cells(measure: Measure): string[] {
  const { value, unit, baseline, aim } = measure;
  const ratio = ratioOf(measure);
  const met = isMet(measure);
  return [
    measure.measure,
    amount(value, unit),
    baseline ? `${amount(baseline.value, unit)} (${baseline.name})` : '',
    ratio === undefined ? '' : `${number(ratio)}×`,
    aim ? aimText(aim, unit) : '',
    met === undefined ? '' : met ? 'yes' : 'NO',
  ];
}

function aimText(aim: Aim, unit: string): string {
  if ('atMost' in aim) return `≤ ${amount(aim.atMost, unit)}`;
  return 'exactly' in aim ? `= ${amount(aim.exactly, unit)}` : `≤ ${aim.ratio}×`;
}

const amount = (value: number, unit: string): string => `${number(value)} ${unit}`;

/** Three digits that count. */
const number = (value: number): string =>
  (Number.isInteger(value)
    ? value
    : Number(value.toPrecision(Math.abs(value) >= 100 ? Math.ceil(Math.log10(Math.abs(value))) : 3))
  ).toLocaleString('en');
