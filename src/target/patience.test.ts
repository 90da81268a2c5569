import { expect, test } from 'bun:test';
import { Patience } from './patience.ts';

test('a first request gets two seconds, and a mount that did not answer is not asked again', () => {
  const patience = new Patience();
  expect(patience.for('a')).toBe(2000);
  patience.gaveUp('a', 2000);
  expect(patience.for('a')).toBe('it did not answer before');
  expect(patience.for('b')).toBe(2000);
});

test('a thousand dead mounts cost no more than some seconds together', () => {
  const patience = new Patience();
  let waited = 0;
  for (let mount = 0; mount < 1000; mount += 1) {
    const allowance = patience.for(`mount ${mount}`);
    if (typeof allowance === 'string') continue;
    waited += allowance;
    patience.gaveUp(`mount ${mount}`, allowance);
  }
  expect(waited).toBeLessThan(8500);
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
  expect(waited).toBeLessThan(8500);
});

test('a healthy share answers for ever', () => {
  const patience = new Patience();
  for (let request = 0; request < 100_000; request += 1) patience.answered('share', 20);
  expect(patience.for('share')).toBe(2000);
});
