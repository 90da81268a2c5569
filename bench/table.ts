/** The figures of the benchmark, as rows and as a Markdown table. */

export interface Row {
  readonly what: string;
  /** Largest value that is good enough; absent for figures that are only told. */
  readonly target?: number;
  readonly measured: number;
  readonly unit: 's' | 'ms' | 'MB' | 'nice';
  readonly note?: string;
  readonly peer?: { readonly name: string; readonly measured: number };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** For a priority more is better: a process that asks for less. */
export const missed = ({ target, measured, unit }: Row): boolean =>
  target !== undefined && !(unit === 'nice' ? measured >= target : measured <= target);

const decimals = { s: 2, ms: 1, MB: 0, nice: 0 } as const;

function amount(value: number, unit: Row['unit']): string {
  const digits = value.toFixed(decimals[unit]);
  return unit === 'nice' ? `nice ${digits}` : `${digits} ${unit}`;
}

function line(row: Row): string {
  const { what, target, measured, unit, note, peer } = row;
  const bound = target === undefined ? '—' : `${unit === 'nice' ? '≥' : '≤'} ${amount(target, unit)}`;
  const told = `${missed(row) ? '**missed** ' : ''}${amount(measured, unit)}${note === undefined ? '' : ` (${note})`}`;
  const other = peer === undefined ? '—' : `${peer.name}: ${amount(peer.measured, unit)}`;
  const ratio = peer === undefined ? '—' : (measured / peer.measured).toFixed(2);
  return `| ${what} | ${bound} | ${told} | ${other} | ${ratio} |`;
}

export const markdown = (rows: readonly Row[]): string =>
  ['| what | target | measured | peer | ratio |', '|---|---|---|---|---|', ...rows.map(line)].join('\n');
