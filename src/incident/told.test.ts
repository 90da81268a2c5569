import { describe, expect, test } from 'bun:test';
import { nothingTold, type Told, type ToldTime } from '../model/told.ts';
import { at } from './incident.fixture.ts';
import { boundedByTold, type Known } from './told.ts';

const minute = (when: string): ToldTime => ({ us: at(`${when}:00`), lengthUs: 60e6 });
const day = (when: string): ToldTime => ({ us: at(`${when} 00:00:00`), lengthUs: 86_400e6 });
const told = (parts: Partial<Told>): Told => ({ ...nothingTold, ...parts });
const nobody: Known = { minersUs: [] };

/** In on the 10th at 02:31, the first file at 02:33. */
const proven: Known = {
  minersUs: [at('2024-03-10 02:35:00')],
  horizonUs: at('2024-02-01 00:00:00'),
  window: {
    fromUs: at('2024-03-10 02:31:00'),
    toUs: at('2024-03-10 02:33:00'),
    boundedBy: { from: 'success', to: 'file' },
  },
};
/** Nothing but a file of the 10th, and logs since the 1st. */
const open: Known = {
  minersUs: [],
  horizonUs: at('2024-03-01 00:00:00'),
  window: {
    fromUs: at('2024-03-01 00:00:00'),
    toUs: at('2024-03-10 02:33:00'),
    boundedBy: { from: 'horizon', to: 'file' },
  },
};

describe('what the customer told', () => {
  test('leaves the window of the evidence alone where it says nothing', () => {
    expect(boundedByTold(nothingTold, proven)).toEqual({
      ...(proven.window && { window: proven.window }),
      contradictions: [],
    });
  });

  test('bounds an infection that no evidence dates, and is named as what bounds it', () => {
    expect(boundedByTold(told({ appeared: minute('2024-03-09 10:00') }), nobody)).toEqual({
      window: { toUs: at('2024-03-09 10:01:00'), boundedBy: { to: 'appeared' } },
      contradictions: [],
    });
    expect(
      boundedByTold(told({ discovered: day('2024-03-09') }), {
        ...nobody,
        horizonUs: at('2024-03-02 00:00:00'),
      }),
    ).toEqual({
      window: {
        fromUs: at('2024-03-02 00:00:00'),
        toUs: at('2024-03-10 00:00:00'),
        boundedBy: { from: 'horizon', to: 'discovered' },
      },
      contradictions: [],
    });
  });

  test('of the first sign ends the window before the first file that is left', () => {
    expect(boundedByTold(told({ appeared: day('2024-03-07') }), open).window).toEqual({
      fromUs: at('2024-03-01 00:00:00'),
      toUs: at('2024-03-08 00:00:00'),
      boundedBy: { from: 'horizon', to: 'appeared' },
    });
  });

  test('later than the first trace changes nothing: nobody noticed for a while', () => {
    const { window, contradictions } = boundedByTold(
      told({ appeared: day('2024-03-20'), discovered: day('2024-03-21') }),
      open,
    );
    expect(window).toEqual(open.window);
    expect(contradictions).toEqual([]);
  });

  test('a day that holds the moment of the evidence contradicts nothing', () => {
    const { window, contradictions } = boundedByTold(told({ appeared: day('2024-03-10') }), proven);
    expect(window).toEqual(proven.window);
    expect(contradictions).toEqual([]);
  });
});

describe('where word and evidence contradict each other', () => {
  test('the evidence stands, and what was told is no bound', () => {
    const { window, contradictions } = boundedByTold(
      told({ appeared: day('2024-03-08'), discovered: day('2024-03-09') }),
      proven,
    );
    expect(window).toEqual(proven.window);
    expect(contradictions).toEqual([
      { what: 'appeared-before', toldUs: at('2024-03-08 00:00:00'), evidenceUs: at('2024-03-10 02:31:00') },
      { what: 'discovered-before', toldUs: at('2024-03-09 00:00:00'), evidenceUs: at('2024-03-10 02:31:00') },
    ]);
  });

  test('logs that begin after the first sign bound nothing', () => {
    const { window, contradictions } = boundedByTold(told({ appeared: day('2024-02-20') }), open);
    expect(window).toEqual({ toUs: at('2024-02-21 00:00:00'), boundedBy: { to: 'appeared' } });
    expect(contradictions).toEqual([
      { what: 'logs-begin-after', toldUs: at('2024-02-20 00:00:00'), evidenceUs: at('2024-03-01 00:00:00') },
    ]);
  });

  test('traces that are all later than the handling, and a miner that was started after it', () => {
    const handled = minute('2024-03-05 12:00');
    const known = {
      ...open,
      minersUs: [at('2024-03-11 00:00:00'), at('2024-03-04 00:00:00'), at('2024-03-10 03:00:00')],
    };
    expect(boundedByTold(told({ discovered: day('2024-03-05'), handled }), known).contradictions).toEqual([
      { what: 'traces-after-handled', toldUs: handled.us, evidenceUs: at('2024-03-10 02:33:00') },
      { what: 'miner-after-handled', toldUs: handled.us, evidenceUs: at('2024-03-10 03:00:00') },
    ]);
  });

  test('traces that are all later than the discovery', () => {
    const discovered = day('2024-03-05');
    expect(boundedByTold(told({ discovered }), open).contradictions).toEqual([
      { what: 'traces-after-discovered', toldUs: discovered.us, evidenceUs: at('2024-03-10 02:33:00') },
    ]);
  });

  test('a miner that was restarted after a discovery says nothing against it', () => {
    const known: Known = { minersUs: [at('2024-03-10 03:00:00')] };
    expect(
      boundedByTold(told({ appeared: day('2024-03-04'), discovered: day('2024-03-05') }), known),
    ).toEqual({
      window: { toUs: at('2024-03-05 00:00:00'), boundedBy: { to: 'appeared' } },
      contradictions: [],
    });
  });
});

test('times beyond all calendars end, and bound what they bound', () => {
  for (const us of [Number.MIN_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER]) {
    const { window } = boundedByTold(told({ appeared: { us, lengthUs: 1 } }), open);
    expect(window?.toUs).toBe(Math.min(us + 1, open.window?.toUs ?? 0));
  }
});
