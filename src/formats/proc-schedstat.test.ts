import { expect, test } from 'bun:test';
import { parseSchedStat } from './proc-schedstat.ts';

const parse = (text: string) => parseSchedStat(new TextEncoder().encode(text));

test('three numbers are time on a core, time of waiting for one, and turns', () => {
  expect(parse('94486 566079 2\n')).toEqual({ ranNs: 94486, waitedNs: 566079, turns: 2 });
});

test('what is cut, longer or of another shape is nothing', () => {
  for (const text of ['', '1 2', '1 2 x', '1 2 3 4', '-1 2 3', 'x'.repeat(300)])
    expect(parse(text)).toBeUndefined();
});
