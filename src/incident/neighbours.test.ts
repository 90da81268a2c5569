import { describe, expect, test } from 'bun:test';
import { printableText } from '../model/text.ts';
import type { Subnet } from '../model/told.ts';
import { type Neighbour, neighboursOf, type Surroundings } from './neighbours.ts';

const subnet = (range: string, zone: string, ...reach: readonly string[]): Subnet => ({
  subnet: range,
  zone: printableText(zone),
  reach: reach.map(printableText),
});
const around = (parts: Partial<Surroundings>): readonly Neighbour[] =>
  neighboursOf({ own: [], connected: [], attackers: [], known: [], network: [], ...parts });

const network = [
  subnet('192.0.2.0/24', 'dmz', 'database'),
  subnet('198.51.100.0/25', 'database'),
  subnet('198.51.100.128/25', 'office', '*'),
  subnet('203.0.113.0/24', 'dmz'),
  subnet('2001:db8::/32', 'guest'),
];

describe('neighbours', () => {
  test('are the own subnet, the own zone, what it reaches and what reaches it', () => {
    expect(around({ own: ['192.0.2.7'], network })).toEqual([
      { subnet: '192.0.2.0/24', zone: 'dmz', why: ['own-subnet'] },
      { subnet: '203.0.113.0/24', zone: 'dmz', why: ['own-zone'] },
      { subnet: '198.51.100.0/25', zone: 'database', why: ['reached'] },
      { subnet: '198.51.100.128/25', zone: 'office', why: ['reaches'] },
    ]);
  });

  test('that the attacker came from and that this host talks to are named one by one, with their zones', () => {
    expect(
      around({
        own: ['192.0.2.7', '127.0.0.1'],
        connected: ['198.51.100.5', '::ffff:198.51.100.5', '192.0.2.7', '8.8.8.8', ''],
        attackers: ['198.51.100.200', '198.51.100.5'],
        network,
      }).slice(0, 3),
    ).toEqual([
      { subnet: '198.51.100.128/25', zone: 'office', address: '198.51.100.200', why: ['attacker'] },
      {
        subnet: '198.51.100.0/25',
        zone: 'database',
        address: '198.51.100.5',
        why: ['attacker', 'connected'],
      },
      { subnet: '192.0.2.0/24', zone: 'dmz', why: ['own-subnet'] },
    ]);
  });

  test('without a network file are hosts of private ranges that it talks to', () => {
    expect(
      around({ own: ['10.0.0.2'], connected: ['10.0.0.9', '9.9.9.9', 'fd00::1', '169.254.169.254'] }),
    ).toEqual([
      { address: '10.0.0.9', why: ['connected'] },
      { address: 'fd00::1', why: ['connected'] },
    ]);
  });

  test('are nobody where it is not known which subnet this host lies in', () => {
    expect(around({ network })).toEqual([]);
  });

  test('of the narrowest subnet that holds an address, in both families', () => {
    const nested = [
      subnet('10.0.0.0/8', 'all'),
      subnet('10.1.0.0/16', 'site'),
      subnet('2001:db8:1::/48', 'six'),
    ];
    expect(around({ own: ['10.1.2.3', '2001:db8:1::5'], network: nested }).map(({ zone }) => zone)).toEqual([
      'site',
      'six',
    ]);
  });

  test('are bounded however many there are, and text that is no address is none', () => {
    const many = function* (): Generator<string> {
      for (let n = 0; n < 100_000; n += 1) yield `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
      yield '\x1b[2J10.0.0.1';
      yield 'x'.repeat(1_000_000);
    };
    const found = around({ connected: many() });
    expect(found).toHaveLength(200);
    expect(JSON.stringify(found)).not.toContain('[2J');
  });

  test('that accounts of this host have logged in to are named wherever they lie, and joined with what else is known', () => {
    const known = [
      { name: 'db-1', address: '198.51.100.5' },
      { name: 'backup.example.test' },
      { address: '203.0.113.200' },
      { name: 'localhost' },
      { address: '127.0.0.1' },
      { address: '192.0.2.7' },
      {},
      {},
    ];
    expect(
      around({ own: ['192.0.2.7'], connected: ['198.51.100.5'], known, network: network.slice(1, 2) }),
    ).toEqual([
      {
        subnet: '198.51.100.0/25',
        zone: 'database',
        address: '198.51.100.5',
        name: 'db-1',
        why: ['connected', 'known-host'],
      },
      { name: 'backup.example.test', why: ['known-host'] },
      { address: '203.0.113.200', why: ['known-host'] },
      { hashed: 2, why: ['known-host'] },
    ]);
  });

  test('told once stay when the network is told, and are bounded', () => {
    const first = around({ known: [{ name: 'db-1' }, {}, { hashed: 4 }] });
    expect(around({ known: first })).toEqual(first);
    const many = Array.from({ length: 9_000 }, (_, index) => ({ name: `h${index}` }));
    expect(around({ known: many }).length).toBe(400);
  });
});
