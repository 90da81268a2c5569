import { describe, expect, test } from 'bun:test';
import { eventFixture, logFixture } from '../model/facts/event.fixture.ts';
import { printableText } from '../model/text.ts';
import { Reach } from './reach.ts';

const day = 86_400e6;
const start = Date.UTC(2024, 0, 10) * 1000;
const source = (name: string) => ({ source: printableText(name) });
const login = (name: string, us: number) => eventFixture({ us, what: 'login', source: source(name) });

describe('how far logs reach', () => {
  test('is told by what is in them, but not by the last logins of accounts', () => {
    const reach = new Reach();
    reach.lastOnly(printableText('lastlog2.db'));
    reach.see(login('lastlog2.db', start - 700 * day));
    reach.see(login('auth.log', start));
    reach.see(login('lastlog2.db', start + day));
    expect(reach.horizon.map((one) => [one.source, one.fromUs] as readonly unknown[])).toEqual([
      ['auth.log', start],
    ]);
    expect(reach.earliest('sshd')).toBe(start);
    expect([reach.oldestUs, reach.latestUs]).toEqual([start, start + day]);
  });

  test('of the history of load bounds no way in', () => {
    const reach = new Reach();
    const { kind, precision, certain, host, text } = login('sa01', start);
    const load = {
      kind,
      precision,
      certain,
      host,
      text,
      source: source('sa01'),
      what: 'load',
      seconds: 600,
    } as const;
    reach.see({ ...load, us: start - day, busy: 5 });
    expect(reach.horizon).toHaveLength(1);
    expect(reach.oldestUs).toBe(Number.POSITIVE_INFINITY);
  });

  test('what cannot be relied on is a gap', () => {
    const reach = new Reach();
    reach.log({ ...logFixture, doubts: [{ what: 'claimed', count: 3 }] });
    reach.log(logFixture);
    expect(reach.gaps).toEqual([{ source: logFixture.source.source, what: 'claimed' }]);
  });
});
