import { expect, test } from 'bun:test';
import type { SightingFact } from '../model/facts/host.ts';
import { judgedBy, processFact, text } from './facts.fixture.ts';
import { sightings } from './sightings.ts';

const analyze = judgedBy(sightings);
const seen = (parts: Partial<SightingFact> = {}): SightingFact => ({
  kind: 'sighting',
  source: { source: text('/proc/net/tcp'), line: 4 },
  indicator: '203.0.113.9',
  type: 'address',
  place: 'socket',
  text: text('tcp 198.51.100.7:1 203.0.113.9:443'),
  ...parts,
});

test('an indicator held by a process is a high finding about it', () => {
  const [found, ...more] = analyze(
    processFact({ pid: 300 }),
    seen({ pid: 300, startTicks: 1000 }),
    seen({ pid: 300, startTicks: 1000 }),
  );
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    rule: 'indicator.seen',
    severity: 'high',
    bearing: 'supports',
    subject: { kind: 'process', pid: 300, startTicks: 1000 },
  });
  expect(found?.evidence).toHaveLength(2);
});

test('an indicator in a file is a finding about the host', () => {
  expect(analyze(seen({ source: { source: text('/etc/hosts'), line: 1 } }))[0]?.subject).toEqual({
    kind: 'host',
  });
});

test('nothing was seen, nothing is told', () => {
  expect(analyze(processFact())).toEqual([]);
});

test('hundreds of places are bounded in evidence', () => {
  const [found] = analyze(...Array.from({ length: 900 }, () => seen()));
  expect(found?.evidence).toHaveLength(5);
});
