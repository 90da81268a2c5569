import { describe, expect, test } from 'bun:test';
import { parsePressure } from './psi.ts';

const parse = (text: string): ReturnType<typeof parsePressure> => parsePressure(Buffer.from(text));

describe('pressure', () => {
  test('both lines are read', () => {
    expect(
      parse(
        'some avg10=91.50 avg60=80.27 avg300=60.31 total=10600991\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n',
      ),
    ).toEqual({
      some: { avg10: 91.5, avg60: 80.27, avg300: 60.31, totalUs: 10600991 },
      full: { avg10: 0, avg60: 0, avg300: 0, totalUs: 5 },
    });
  });

  test('a kernel without the full line, a disabled one and noise give what there is', () => {
    expect(parse('some avg10=1.00 avg60=2.00 avg300=3.00 total=4\n').full).toBeUndefined();
    expect(parse('')).toEqual({});
    expect(parse(`some avg10=x\n${'some '.repeat(1000)}\n`)).toEqual({});
  });
});
