/** A result with what the customer told: the window, contradictions and neighbours as they are published. */
import { describe, expect, test } from 'bun:test';
import { result } from '../../src/drill/result.fixture.ts';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { printableText } from '../../src/model/text.ts';
import { nothingTold, type Subnet, type Told } from '../../src/model/told.ts';
import { withTold } from '../../src/scan/told-result.ts';

const us = (text: string): number => Date.parse(text) * 1000;
const day = (text: string) => ({ us: us(`${text}T00:00:00Z`), lengthUs: 86_400e6 });
const told = (parts: Partial<Told>): Told => ({ ...nothingTold, ...parts });
const subnet = (range: string, zone: string, ...reach: readonly string[]): Subnet => ({
  subnet: range,
  zone: printableText(zone),
  reach: reach.map(printableText),
});
const socket = (local: string, remote: string): ScanResult['sockets'][number] => ({
  transport: 'tcp',
  state: 'established',
  local,
  remote,
  pids: [],
  uid: 0,
  inode: 1,
  namespace: 1,
  seenBy: ['proc'],
});

const incident: ScanResult = {
  ...result('mining', []),
  sockets: [
    socket('192.0.2.7:50000', '198.51.100.5:22'),
    socket('[::ffff:192.0.2.7]:22', '[2001:db8::9]:50001'),
    socket('127.0.0.1:6379', ''),
  ],
  entry: [
    {
      vector: 'ssh-brute-force',
      grade: 'probable',
      attackers: ['198.51.100.200'],
      account: 'root',
      service: 'sshd',
      chain: [],
      missing: [],
      excluded: [],
    },
  ],
  infectionWindow: {
    from: '2024-03-10T02:31:00Z',
    to: '2024-03-10T02:33:00Z',
    boundedBy: { from: 'success', to: 'file' },
  },
  horizon: [
    { source: '/var/log/auth.log', from: '2024-03-01T00:00:00Z', to: '2024-03-20T00:00:00Z', certain: true },
  ],
};

describe('a result with what was told', () => {
  test('is the same where nothing was', () => {
    expect(withTold(incident, nothingTold)).toBe(incident);
  });

  test('names contradictions and keeps the evidence', () => {
    const shown = resultSchema.parse(
      withTold(incident, told({ appeared: day('2024-03-08'), handled: day('2024-03-09') })),
    );
    expect(shown.infectionWindow).toEqual(incident.infectionWindow);
    expect(shown.told).toEqual({
      appeared: '2024-03-08T00:00:00Z',
      handled: '2024-03-09T00:00:00Z',
      until: { appeared: '2024-03-09T00:00:00Z', handled: '2024-03-10T00:00:00Z' },
      network: [],
      contradictions: [
        { what: 'appeared-before', told: '2024-03-08T00:00:00Z', evidence: '2024-03-10T02:31:00Z' },
        { what: 'traces-after-handled', told: '2024-03-09T00:00:00Z', evidence: '2024-03-10T02:33:00Z' },
      ],
    });
  });

  test('names neighbours from the network file, connections and the way in', () => {
    const network = [
      subnet('192.0.2.0/24', 'dmz', 'database'),
      subnet('198.51.100.0/25', 'database'),
      subnet('198.51.100.128/25', 'office', 'dmz'),
      subnet('203.0.113.0/24', 'lab'),
    ];
    expect(withTold(incident, told({ network })).neighbours).toEqual([
      { subnet: '198.51.100.128/25', zone: 'office', address: '198.51.100.200', why: ['attacker'] },
      { subnet: '198.51.100.0/25', zone: 'database', address: '198.51.100.5', why: ['connected'] },
      { subnet: '192.0.2.0/24', zone: 'dmz', why: ['own-subnet'] },
      { subnet: '198.51.100.0/25', zone: 'database', why: ['reached'] },
      { subnet: '198.51.100.128/25', zone: 'office', why: ['reaches'] },
    ]);
  });

  test('of a host that is clean, or of which nothing is known, claims no window', () => {
    for (const verdict of ['clean', 'inconclusive'] as const) {
      const shown = withTold(result(verdict, []), told({ appeared: day('2024-03-08') }));
      expect(shown.told?.appeared).toBe('2024-03-08T00:00:00Z');
      expect([shown.infectionWindow, shown.neighbours]).toEqual([undefined, undefined]);
    }
  });
});
