import { describe, expect, test } from 'bun:test';
import { DemineError } from '../model/error.ts';
import { parseNetwork } from './network-file.ts';

const csv = `# as of January
subnet,zone,reach
192.0.2.0/24,dmz,office
198.51.100.7/25,office,"dmz; 203.0.113.0/24 *"
2001:db8:1::/48,lab
203.0.113.9,office
`;

function problem(text: string): readonly [string, string] {
  try {
    parseNetwork(text, 'net.csv');
  } catch (thrown) {
    if (thrown instanceof DemineError) return [thrown.problem ?? '', thrown.value];
    throw thrown;
  }
  return ['', ''];
}

describe('the network as the customer tells it', () => {
  test('is read from CSV, with and without a head, subnets written as their network', () => {
    const read = parseNetwork(csv, 'net.csv');
    expect(read as unknown).toEqual([
      { subnet: '192.0.2.0/24', zone: 'dmz', reach: ['office'] },
      { subnet: '198.51.100.0/25', zone: 'office', reach: ['dmz', '203.0.113.0/24', '*'] },
      { subnet: '2001:db8:1::/48', zone: 'lab', reach: [] },
      { subnet: '203.0.113.9/32', zone: 'office', reach: [] },
    ]);
    expect(parseNetwork(csv.replace('subnet,zone,reach\n', ''), 'x')).toEqual(read);
  });

  test('is read from YAML, as a list or below a key', () => {
    const list =
      '- {subnet: 192.0.2.0/24, zone: dmz, reach: [office]}\n- {subnet: 198.51.100.0/24, zone: office}\n';
    const expected = [
      { subnet: '192.0.2.0/24', zone: 'dmz', reach: ['office'] },
      { subnet: '198.51.100.0/24', zone: 'office', reach: [] },
    ];
    expect(parseNetwork(list, 'x') as unknown).toEqual(expected);
    expect(parseNetwork(`network:\n${list.replace(/^/gm, '  ')}`, 'x') as unknown).toEqual(expected);
  });

  test.each([
    ['', 'network-empty', '0 '],
    ['subnet,zone,reach\n', 'network-empty', '0 '],
    ['192.0.2.0/24,dmz\n192.0.2.0/33,office\n', 'network-subnet', '2 192.0.2.0/33'],
    ['300.0.2.0/24,dmz\n', 'network-subnet', '1 300.0.2.0/24'],
    ['192.0.2.0/2x,dmz\n', 'network-subnet', '1 192.0.2.0/2x'],
    ['192.0.2.0/24/8,dmz\n', 'network-subnet', '1 192.0.2.0/24/8'],
    ['192.0.2.0/24,\n', 'network-zone', '1 192.0.2.0/24'],
    ['192.0.2.0/24,dmz,offcie\n', 'network-reach', '1 offcie'],
    ['192.0.2.0/24,dmz\n192.0.2.9/24,dmz\n', 'network-twice', '2 192.0.2.0/24'],
    ['192.0.2.0/24,dmz,*,more\n', 'network-columns', '1 192.0.2.0/24,dmz,*,more'],
    ['192.0.2.0/24\n', 'network-columns', '1 192.0.2.0/24'],
    ['- {subnet: 192.0.2.0/24, zone: dmz, raech: x}\n', 'network-columns', 'e1 raech'],
    ['- 192.0.2.0/24\n', 'network-columns', 'e1 192.0.2.0/24'],
    ['- {subnet: x}\n', 'network-subnet', 'e1 x'],
  ])('%j is refused with what and where', (text, what, value) => {
    expect(problem(text)).toEqual([what, value]);
  });

  test('that is no YAML says so', () => {
    expect(problem('- {subnet: [\n')[0]).toBe('not-yaml');
  });
});
