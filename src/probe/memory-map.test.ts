import { describe, expect, test } from 'bun:test';
import { probeEnvironment } from './environment.ts';
import { probeMemoryMap } from './memory-map.ts';
import { filesTarget, statLine, suspect } from './suspect.fixture.ts';

const dataset = '7f0000000000-7f0082000000 rw-p 00000000 00:00 0 \n';
const small = '7f00b0000000-7f00b0001000 r--p 00001000 08:01 131 /x\n';
const details = `Rss: 2129920 kB\nKernelPageSize: 2048 kB\nVmFlags: rd wr lo ht \n`;
const stat = statLine(100, 1000);

describe('memory map', () => {
  test('smaps gives details and its own lines', () => {
    const target = filesTarget({ '/proc/100/stat': stat, '/proc/100/smaps': `${dataset}${details}${small}` });
    const { facts, sources } = probeMemoryMap(target, suspect(), { detailed: true });
    expect(facts[0]).toMatchObject({ detailed: true, source: { source: '/proc/100/smaps' } });
    expect(facts[0]?.mappings[0]?.flags).toEqual(['rd', 'wr', 'lo', 'ht']);
    expect(facts[0]?.mappings[1]?.line).toBe(5);
    expect(sources).toMatchObject([{ status: 'ok' }]);
  });

  test('without details maps is read alone', () => {
    const target = filesTarget({ '/proc/100/stat': stat, '/proc/100/maps': dataset + small });
    const { facts } = probeMemoryMap(target, suspect(), { detailed: false });
    expect(facts[0]?.mappings.map((mapping) => mapping.size)).toEqual([0x82000000, 0x1000]);
    expect(facts[0]?.detailed).toBe(false);
  });

  test('small mappings cannot push the large one out: what smaps has no room for, maps has', () => {
    const filler = `${small}${'Rss: 4 kB\n'.repeat(100)}`.repeat(16_000);
    const target = filesTarget({
      '/proc/100/stat': stat,
      '/proc/100/smaps': `${filler}${dataset}${details}`,
      '/proc/100/maps': `${small}${dataset}`,
    });
    const { facts, sources } = probeMemoryMap(target, suspect(), { detailed: true });
    expect(facts[0]?.mappings.some((mapping) => mapping.size === 0x82000000)).toBe(true);
    expect(sources.map((source) => source.status)).toEqual(['truncated', 'ok']);
  });

  test('a process that ended or a number that was given again is no fact', () => {
    for (const other of [undefined, statLine(100, 7)]) {
      const target = filesTarget({ '/proc/100/stat': other, '/proc/100/maps': dataset });
      const { facts, sources } = probeMemoryMap(target, suspect(), { detailed: false });
      expect(facts).toEqual([]);
      expect(sources).toMatchObject([{ status: 'absent', reason: 'process ended' }]);
    }
  });
});

describe('environment', () => {
  const environ = (text: string) =>
    probeEnvironment(filesTarget({ '/proc/100/stat': stat, '/proc/100/environ': text }), suspect());

  test('names of all, values of marks only', () => {
    const { facts } = environ(
      'PATH=/bin\0SECRET=hunter2\0LD_PRELOAD=/tmp/.x/lib.so\0HISTFILE=/dev/null\0AAZHDE=1\0I_AM_HIDDEN\0',
    );
    expect(facts[0]?.names as readonly string[]).toEqual([
      'PATH',
      'SECRET',
      'LD_PRELOAD',
      'HISTFILE',
      'AAZHDE',
      'I_AM_HIDDEN',
    ]);
    expect(facts[0]?.marks.map(({ name, value }) => [String(name), String(value)])).toEqual([
      ['LD_PRELOAD', '/tmp/.x/lib.so'],
      ['HISTFILE', '/dev/null'],
      ['AAZHDE', '1'],
      ['I_AM_HIDDEN', ''],
    ]);
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  test('an ordinary history file is no mark', () => {
    expect(environ('HISTFILE=/home/me/.bash_history\0')?.facts[0]?.marks).toEqual([]);
  });

  test('values with escapes and without end are cut and printable', () => {
    const [mark] = environ(`LD_PRELOAD=\u001b[2J${'x'.repeat(100_000)}`).facts[0]?.marks ?? [];
    expect(mark?.value.startsWith('%1B[2J')).toBe(true);
    expect(mark?.value.length).toBeLessThan(300);
  });
});
