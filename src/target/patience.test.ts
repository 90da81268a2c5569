import { expect, test } from 'bun:test';
import { Patience } from './patience.ts';

/** Milliseconds that hanging mounts may cost one scan, all together. */
const most = 7000;

test('a first request gets two seconds, and a mount that did not answer is not asked again', () => {
  const patience = new Patience();
  expect(patience.for('a')).toBe(2000);
  patience.gaveUp('a', 2000);
  expect(patience.for('a')).toBe('it did not answer before');
  expect(patience.for('b')).toBe(2000);
});

/** What is waited for a thousand mounts, each asked once; starting a child again takes `start`. */
function waitedFor(patience: Patience, start: number): number {
  let waited = 0;
  for (let mount = 0; mount < 1000; mount += 1) {
    const allowance = patience.for(`mount ${mount}`);
    if (typeof allowance === 'string') continue;
    const starting = Math.min(start, patience.forStart());
    patience.started(starting);
    waited += starting + allowance;
    patience.gaveUp(`mount ${mount}`, allowance);
  }
  return waited;
}

test.each([0, 80, 900, 60_000])(
  'a thousand dead mounts cost no more than some seconds, with %p ms for a child',
  (start) => {
    expect(waitedFor(new Patience(), start)).toBeLessThan(most);
  },
);

test('the first start of a child is nobody’s fault, those after it are', () => {
  const patience = new Patience();
  patience.started(900);
  expect(patience.for('a')).toBe(2000);
  for (let again = 0; again < 5; again += 1) patience.started(900);
  expect(patience.for('a')).toBe(100);
});

test('mounts that answered before they died cost no more', () => {
  const patience = new Patience();
  for (let mount = 0; mount < 1000; mount += 1) patience.answered(`mount ${mount}`, 1);
  expect(waitedFor(patience, 80)).toBeLessThan(most);
});

test('a mount that answers just in time every time does not hold up the scan for long', () => {
  const patience = new Patience();
  let waited = 0;
  for (let request = 0; request < 1000; request += 1) {
    const allowance = patience.for('slow');
    if (typeof allowance === 'string') break;
    // It learned what we allow and stays under it, and always answers.
    const took = Math.min(1900, allowance - 1);
    waited += took > 100 ? took : 0;
    patience.answered('slow', took);
  }
  expect(waited).toBeLessThan(most);
});

test('a healthy share answers for ever, also beside three dead ones', () => {
  const patience = new Patience();
  for (let request = 0; request < 100_000; request += 1) patience.answered('share', 20);
  expect(patience.for('share')).toBe(2000);
  for (const dead of ['a', 'b', 'c']) patience.gaveUp(dead, Number(patience.for(dead)));
  for (let request = 0; request < 100_000; request += 1) patience.answered('share', 20);
  expect(patience.for('share')).toBe(100);
});
