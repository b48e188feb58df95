import type { Workspace } from './workspace.ts';

/** One line of a table. Smaller is better, unless it has to be exact. */
export interface Measure {
  readonly measure: string;
  readonly value: number;
  /** `ms`, `MB`, or what is counted. */
  readonly unit: string;
  /** What it is compared with, and that one's value in the same unit. */
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly aim?: Aim;
}

/** `ratio`: of the value to the baseline. */
export type Aim = { readonly atMost: number } | { readonly exactly: number } | { readonly ratio: number };

export interface Benchmark {
  readonly title: string;
  /** How it is measured, in a sentence or two: it stands above the table. */
  readonly method: string;
  /** @throws Error where what is measured did not do its work */
  run(workspace: Workspace): Promise<Measure[]>;
}

export const ratioOf = ({ value, baseline }: Measure): number | undefined =>
  baseline === undefined || baseline.value === 0 ? undefined : value / baseline.value;

/** undefined where there is nothing to meet. */
export function isMet(measure: Measure): boolean | undefined {
  const { aim, value } = measure;
  if (aim === undefined) return undefined;
  if ('atMost' in aim) return value <= aim.atMost;
  if ('exactly' in aim) return value === aim.exactly;
  const ratio = ratioOf(measure);
  return ratio !== undefined && ratio <= aim.ratio;
}
