import { describe, expect, test } from 'bun:test';
import type { PlanDecision } from '../../model/plan.ts';
import type { StepRow, StepStanding, Thing, ThingState } from '../../model/statement.ts';
import { conclude, type Looked, withLooks } from './conclude.ts';
import { scheduleOf } from './schedule.ts';

const thing = (state: ThingState, kind: Thing['kind'] = 'entry'): Thing => ({
  kind,
  state,
  key: `${kind} ${state}`,
  what: 'x',
  ...(state === 'gone' || state === 'harmless' || state === 'not-checked' ? {} : { now: 'P1' }),
});
const step = (standing: StepStanding): StepRow => ({
  plan: 1,
  id: 'S1',
  change: 'quarantine',
  subject: '/x',
  standing,
});
const rebuild = (id: 'kernel-level' | 'root-and-way-in-unknown'): PlanDecision => ({
  answer: 'rebuild',
  reasons: [{ id, subjects: [] }],
});
const looked = (given: Partial<Looked> = {}): Looked => ({
  verdict: 'clean',
  scope: 'host',
  things: [thing('gone')],
  steps: [step('holds')],
  notChecked: [],
  decision: { answer: 'clean', reasons: [] },
  doorsOpen: 0,
  altered: 0,
  ...given,
});
const outcome = (given: Partial<Looked>): string => conclude(looked(given)).outcome;
const reasons = (given: Partial<Looked>): readonly string[] =>
  conclude(looked(given)).reasons.map(({ id, count }) => (count === 0 ? id : `${id} ${count}`));

describe('a conclusion', () => {
  test('is clean where nothing is left and all was looked at', () => {
    expect([outcome({}), reasons({})]).toEqual(['clean', ['nothing-found']]);
    expect(outcome({ things: [], steps: [] })).toBe('clean');
    expect(outcome({ things: [thing('harmless')], steps: [step('replaced'), step('by-hand')] })).toBe(
      'clean',
    );
    expect(reasons({ steps: [step('changed')] })).toEqual(['nothing-found', 'step-changed 1']);
  });

  test('is never clean with something unchecked that has to be, or was checked before', () => {
    const row = { id: 'sockets', required: false, before: false };
    expect(outcome({ notChecked: [row] })).toBe('clean');
    expect(outcome({ notChecked: [{ ...row, required: true }] })).toBe('inconclusive');
    expect(outcome({ notChecked: [{ ...row, before: true }] })).toBe('inconclusive');
    expect(outcome({ things: [thing('not-checked')] })).toBe('inconclusive');
    expect(outcome({ steps: [step('not-checked')] })).toBe('inconclusive');
    expect(outcome({ verdict: 'inconclusive' })).toBe('inconclusive');
    expect(reasons({ notChecked: [{ ...row, required: true, before: true }] })).toEqual([
      'nothing-found',
      'not-checked 1',
      'less-than-before 1',
    ]);
  });

  test('is never clean where the case was changed, or the kernel lies', () => {
    expect([outcome({ altered: 1 }), reasons({ altered: 1 })]).toEqual([
      'inconclusive',
      ['nothing-found', 'case-altered 1'],
    ]);
    expect(outcome({ decision: rebuild('kernel-level') })).toBe('inconclusive');
    // From outside, its disk can be believed.
    expect(outcome({ decision: rebuild('kernel-level'), scope: 'files' })).toBe('clean');
    expect(reasons({ decision: rebuild('root-and-way-in-unknown') })).toEqual([
      'nothing-found',
      'rebuild-advised',
    ]);
  });

  test('is still there, or came back', () => {
    expect(outcome({ verdict: 'suspicious', things: [thing('still-there')] })).toBe('still-there');
    expect(outcome({ verdict: 'suspicious', things: [thing('came-back')] })).toBe('came-back');
    // A step whose work is undone says so, whatever the scan thinks of it.
    expect(outcome({ steps: [step('returned')] })).toBe('came-back');
    // Something new after a removal is how miners come back; without one it was there before.
    expect(outcome({ verdict: 'mining', things: [thing('new', 'miner')] })).toBe('came-back');
    expect(outcome({ verdict: 'mining', things: [thing('new', 'miner')], steps: [step('open')] })).toBe(
      'still-there',
    );
    expect(outcome({ verdict: 'mining', things: [], altered: 1 })).toBe('still-there');
    expect(
      reasons({ verdict: 'mining', things: [thing('came-back', 'miner'), thing('came-back', 'finding')] }),
    ).toEqual(['miner-runs 1', 'came-back 1']);
    expect(reasons({ things: [thing('still-there', 'finding')] })).toEqual(['still-there 1']);
  });
});

describe('looks over time', () => {
  const from = '2026-11-24T08:00:00.000Z';
  const at = (minutes: number, rebooted = false, number = 1) => ({
    number,
    time: new Date(Date.parse(from) + minutes * 60_000).toISOString(),
    rebooted,
  });
  const made = (clean: Parameters<typeof scheduleOf>[1]): readonly (number | undefined)[] =>
    scheduleOf(from, clean).map(({ look }) => look);

  test('a look stands for those that were due before it', () => {
    expect(scheduleOf(from, []).map(({ when, due }) => `${when} ${due ?? ''}`)).toEqual([
      'at-once 2026-11-24T08:00:00.000Z',
      'minutes-5 2026-11-24T08:05:00.000Z',
      'hour-1 2026-11-24T09:00:00.000Z',
      'hours-24 2026-11-25T08:00:00.000Z',
      'reboot ',
      'days-7 2026-12-01T08:00:00.000Z',
    ]);
    const none = undefined;
    expect(made([])).toEqual([none, none, none, none, none, none]);
    expect(made([at(0)])).toEqual([1, none, none, none, none, none]);
    expect(made([at(0), at(61, true, 2)])).toEqual([1, 2, 2, none, 2, none]);
    expect(made([at(7 * 24 * 60)])).toEqual([1, 1, 1, 1, none, 1]);
    expect(made([at(-1)])).toEqual([none, none, none, none, none, none]);
  });

  test('one clean look is told as one, and only all of them as all', () => {
    const clean = conclude(looked());
    const last = (clean2: Parameters<typeof scheduleOf>[1]) =>
      withLooks(clean, scheduleOf(from, clean2)).reasons.at(-1);
    expect(last([at(0)])).toEqual({ id: 'one-look', count: 1 });
    expect(last([at(7 * 24 * 60)])).toEqual({ id: 'one-look', count: 5 });
    expect(last([at(0), at(7 * 24 * 60, true, 2)])).toEqual({ id: 'all-looks', count: 6 });
    // Of a folder there is no schedule, and so never all of it.
    expect(withLooks(clean, []).reasons.at(-1)).toEqual({ id: 'one-look', count: 0 });
    const back = conclude(looked({ things: [thing('came-back')] }));
    expect(withLooks(back, [])).toEqual(back);
  });

  test('a door that stands open is told, and is not what is left of the miner', () => {
    expect(outcome({ doorsOpen: 2 })).toBe('clean');
    expect(reasons({ doorsOpen: 2 })).toContain('door-open 2');
  });
});
