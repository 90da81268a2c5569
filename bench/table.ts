/** The figures of the benchmark, as rows and as a Markdown table. */

const decimals = {
  s: 2,
  ms: 1,
  MB: 0,
  '%': 1,
  nice: 0,
  'lines/s': 0,
  'entries/s': 0,
  'keys/s': 0,
  'MB/s': 0,
} as const;

type Unit = keyof typeof decimals;

/** Of a rate more is better, and of a priority: a process that asks for less. */
const isMoreBetter = (unit: Unit): boolean => unit === 'nice' || unit.endsWith('/s');

export interface Row {
  readonly what: string;
  /** The value that is just good enough; absent for figures that are only told. */
  readonly target?: number;
  readonly measured: number;
  readonly unit: Unit;
  readonly note?: string;
  readonly peer?: { readonly name: string; readonly measured: number };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export const missed = ({ target, measured, unit }: Row): boolean =>
  target !== undefined && !(isMoreBetter(unit) ? measured >= target : measured <= target);

function amount(value: number, unit: Unit): string {
  const digits = unit.endsWith('/s')
    ? Math.round(value).toLocaleString('en-US')
    : value.toFixed(decimals[unit]);
  return unit === 'nice' ? `nice ${digits}` : `${digits} ${unit}`;
}

export function line(row: Row): string {
  const { what, target, measured, unit, note, peer } = row;
  const bound = target === undefined ? '—' : `${isMoreBetter(unit) ? '≥' : '≤'} ${amount(target, unit)}`;
  const told = `${missed(row) ? '**missed** ' : ''}${amount(measured, unit)}${note === undefined ? '' : ` (${note})`}`;
  const other = peer === undefined ? '—' : `${peer.name}: ${amount(peer.measured, unit)}`;
  const ratio = peer === undefined ? '—' : (measured / peer.measured).toFixed(2);
  return `| ${what} | ${bound} | ${told} | ${other} | ${ratio} |`;
}

export const markdown = (rows: readonly Row[]): string =>
  ['| what | target | measured | peer | ratio |', '|---|---|---|---|---|', ...rows.map(line)].join('\n');
