/** Whole scans of recorded hosts whose tables are far longer than any honest one: bounded, told, and never called clean. */
import { describe, expect, test } from 'bun:test';
import type { ScanResult } from '../model/result.ts';
import { leastOfProcess, mostOfScan } from './mapping-room.ts';
import { type RecordedProcess, scanRecorded } from './recorded-host.fixture.ts';

const worker = { pid: 4300, exe: '/var/tmp/.x/job', argv: ['job', '-o', '192.0.2.7:3333'], cpu: 95 } as const;
const encoder = new TextEncoder();

/** `count` lines as bytes: the recorded host gives them out without a copy. */
function lines(count: number, line: (index: number) => string, head = ''): Uint8Array {
  const parts = [encoder.encode(head)];
  for (let from = 0; from < count; from += 1000) {
    const size = Math.min(1000, count - from);
    parts.push(encoder.encode(Array.from({ length: size }, (_, index) => line(from + index)).join('')));
  }
  return Uint8Array.from(Buffer.concat(parts));
}

const rulesOf = (result: ScanResult): readonly string[] => result.findings.map(({ rule }) => rule);
const gapOf = (result: ScanResult, id: string) =>
  result.coverage.find((row) => row.id === id && !row.checked)?.reason;
const cutOf = (result: ScanResult, artifact: string): readonly string[] =>
  result.sources
    .filter((group) => group.artifact === artifact && group.status === 'truncated')
    .flatMap(({ listed }) => listed.map(({ source, reason }) => `${source} ${reason}`.trim()));

describe('a process with 60,000 mappings', () => {
  const count = 60_000;
  const mapping = (index: number, size: number, access: string, file = ''): string => {
    const start = 0x10000 + index * 0x1000000;
    return `${start.toString(16)}-${(start + size).toString(16)} ${access} 00000000 00:00 0 ${file}\n`;
  };
  const shape = mapping(70_000, 0x82000000, 'rw-p') + mapping(71_000, 0x10000000, 'rw-p');
  const counters = `Rss: 4 kB\nKernelPageSize: 4 kB\n${'Filler:                4 kB\n'.repeat(20)}VmFlags: rd wr mr\n`;
  const page = (index: number): string => mapping(index, 4096, index % 2 === 0 ? 'r--p' : 'rw-p');
  const maps = lines(count + 1, (index) => (index < count ? page(index) : shape));
  const smaps = lines(count + 1, (index) => (index < count ? page(index) + counters : shape));
  const filesOf = (pids: readonly number[]) =>
    Object.fromEntries(
      pids.flatMap((pid) => [
        [`/proc/${pid}/maps`, maps],
        [`/proc/${pid}/smaps`, smaps],
      ]),
    );

  test('is judged by its memory, the cut is told, and what was left out is counted', async () => {
    const { result, facts } = await scanRecorded({ processes: [worker], files: filesOf([4300]) });
    expect(rulesOf(result)).toContain('memory.randomx-dataset');
    expect(cutOf(result, 'probe.memory-map')).toEqual([
      '/proc/4300/smaps',
      `/proc/4300/maps kept ${leastOfProcess} of ${count + 2} mappings`,
    ]);
    const map = facts.of('memory-map').find(({ pid }) => pid === 4300);
    expect((map?.mappings.length ?? 0) + (map?.left ?? 0)).toBe(count + 2);
    // Pages are no part of a shape: nothing is missing.
    expect(gapOf(result, 'suspects')).toBeUndefined();
  });

  test('and thirteen more of the kind keep no more than the room of a scan', async () => {
    const many = Array.from(
      { length: 14 },
      (_, index): RecordedProcess => ({ ...worker, pid: 5000 + index }),
    );
    const files = filesOf(many.map(({ pid }) => pid));
    const { result, facts } = await scanRecorded({ processes: many, files });
    expect(rulesOf(result).filter((rule) => rule === 'memory.randomx-dataset')).toHaveLength(14);
    const kept = facts.of('memory-map').reduce((sum, { mappings }) => sum + mappings.length, 0);
    expect(kept).toBeLessThan(mostOfScan);
  });

  test('of the size of scratchpads is a gap: what is left out may be one', async () => {
    const pads = lines(count, (index) => mapping(index, 0x200000, 'rw-p'));
    const files = { '/proc/4300/maps': pads, '/proc/4300/smaps': new Uint8Array(0) };
    const { result } = await scanRecorded({ processes: [worker], files });
    expect(gapOf(result, 'suspects')).toContain('1');
    expect(result.verdict).not.toBe('clean');
  });

  test('with names so long that the list is cut is a gap', async () => {
    const name = `/srv/${'n'.repeat(4000)}`;
    const long = lines(5000, (index) => mapping(index, 4096, 'r--p', name));
    const files = { '/proc/4300/maps': long, '/proc/4300/smaps': new Uint8Array(0) };
    const { result } = await scanRecorded({ processes: [worker], files });
    expect(gapOf(result, 'suspects')).toContain('1');
    expect(cutOf(result, 'probe.memory-map')).toContain('/proc/4300/maps');
    expect(result.verdict).not.toBe('clean');
  });
});

const everywhere = (name: string, content: Uint8Array) =>
  Object.fromEntries([1, 4100, 4200, 4300].map((pid) => [`/proc/${pid}/${name}`, content]));

describe('a mount table', () => {
  const head = '20 1 8:1 / / rw - ext4 /dev/sda1 rw\n21 20 0:5 / /proc rw - proc proc rw\n';
  const bind = (index: number): string =>
    `${100 + index} 20 8:1 /a${index} /srv/b${index} rw,relatime shared:1 - ext4 /dev/sda1 rw\n`;
  const cover = '999999 21 8:1 /empty /proc/4300 rw - ext4 /dev/sda1 rw\n';

  test('of a million entries is read to its bound, told, and not called whole', async () => {
    const files = everywhere('mountinfo', lines(1_000_000, bind, head));
    const { result, facts } = await scanRecorded({ processes: [worker], files });
    expect(gapOf(result, 'mounts')).toContain('/proc/1/mountinfo: truncated');
    expect(facts.of('mount').length).toBeLessThanOrEqual(20_000);
    expect(result.verdict).not.toBe('clean');
  });

  test('hides no mount over a process behind a hundred and fifty thousand others', async () => {
    const files = everywhere(
      'mountinfo',
      lines(150_001, (index) => (index < 150_000 ? bind(index) : cover), head),
    );
    const { result } = await scanRecorded({ processes: [worker], files });
    expect(rulesOf(result)).toContain('hidden.mount-over-process');
    expect(cutOf(result, 'linux.mounts')).toContain('/proc/1/mountinfo more than 100000 mounts');
  });

  test('of a host with thousands of mounts is whole: what is past the room lies over no process', async () => {
    const files = everywhere('mountinfo', lines(30_000, bind, head));
    const { result } = await scanRecorded({ files });
    expect(gapOf(result, 'mounts')).toBeUndefined();
    expect(cutOf(result, 'linux.mounts')).toEqual(['mounts 10002 mounts past the bound']);
    expect(result.verdict).toBe('clean');
  });
});

describe('tables of sockets with a million lines', () => {
  const tcp = (index: number): string =>
    `   0: 0100007F:1F90 017100CB:0D05 01 00000000:00000000 00:00000000 00000000     0        0 ${index + 10} 1 0000000000000000 100 0 0 10 0\n`;
  const unix = (index: number): string =>
    `0000000000000000: 00000002 00000000 00010000 0001 01 ${index + 10} @x${index}\n`;

  test.each([
    ['net/tcp', lines(1_000_000, tcp, 'head\n'), 100_000],
    ['net/unix', lines(1_000_000, unix, 'head\n'), 50_000],
  ])('%s: bounded, told, and not called whole', async (name, content, most) => {
    const { result, facts } = await scanRecorded({ files: everywhere(name, content) });
    expect(facts.of('socket')).toHaveLength(most);
    expect(gapOf(result, 'sockets')).toContain(`/proc/1/${name}: truncated`);
    expect(cutOf(result, 'linux.sockets').join()).toMatch(/sockets \d+ sockets past the bound/);
    expect(rulesOf(result).filter((rule) => rule.startsWith('hidden.'))).toEqual([]);
    expect(result.verdict).not.toBe('clean');
  });

  test('over netlink alone: a thousand are told as hidden, the rest as past the bound', async () => {
    const message = (inode: number) => {
      const payload = new Uint8Array(72);
      payload.set([2, 1]);
      new DataView(payload.buffer).setUint32(68, inode, true);
      return { type: 20, payload };
    };
    const value = Array.from({ length: 20_000 }, (_, index) => message(index + 10));
    const { result } = await scanRecorded({
      native: {
        netlink: (dump) =>
          dump.kind === 'inet-diag' && dump.protocol === 'tcp' && dump.family === 'inet'
            ? { status: 'ok', value }
            : { status: 'absent', reason: 'ENOENT' },
      },
    });
    expect(rulesOf(result).filter((rule) => rule === 'hidden.socket')).toHaveLength(1000);
    expect(cutOf(result, 'linux.sockets')).toEqual(['sockets 19000 sockets past the bound']);
  });
});

describe('lists of modules', () => {
  const honest = 'ext4 100 1 - Live 0x0\n';
  test('a million lines of /proc/modules are told as cut, and hide nothing', async () => {
    const many = lines(1_000_000, (index) => `mod${index} 100 1 - Live 0x0\n`, honest);
    const { result } = await scanRecorded({ files: { '/proc/modules': many } });
    expect(cutOf(result, 'linux.modules')).toContain('/proc/modules');
    expect(rulesOf(result)).not.toContain('hidden.module');
  });

  test('thirty thousand lines that fit are told as cut, and hide nothing', async () => {
    const many = lines(30_000, (index) => `mod${index} 100 1 - Live 0x0\n`, honest);
    const { result } = await scanRecorded({ files: { '/proc/modules': many } });
    expect(cutOf(result, 'linux.modules').join()).toContain('/proc/modules more than 20000 modules');
    expect(rulesOf(result)).not.toContain('hidden.module');
  });

  test('a million modules that own symbols are some findings, and ext4 behind them is not missing', async () => {
    const symbols = lines(1_000_000, (index) => `0000000000000000 t a${index}\t[m${index}]\n`);
    const tail = encoder.encode('0000000000000000 t a\t[ext4]\n');
    const { result } = await scanRecorded({
      files: { '/proc/kallsyms': Uint8Array.from(Buffer.concat([symbols, tail])) },
    });
    const hidden = result.findings.filter(({ rule }) => rule === 'hidden.module');
    expect(hidden).toHaveLength(64);
    expect(hidden.some(({ title }) => title.includes('ext4'))).toBe(false);
    expect(hidden.flatMap(({ evidence }) => evidence.map(({ text }) => String(text))).join()).toMatch(
      /and \d+ modules more/,
    );
    expect(cutOf(result, 'linux.modules').join()).toContain('/proc/kallsyms more than 20000 modules');
  });

  test.each([
    ['brackets that never close', '\t['],
    ['names that are too long', `\t[${'a'.repeat(300)}]`],
    ['names that act', '0 t a\t[\u001b[2J\u202e]\n'],
  ])('%s end', async (_, piece) => {
    const symbols = encoder.encode(piece.repeat(Math.floor(8_000_000 / piece.length)));
    const { result } = await scanRecorded({ files: { '/proc/kallsyms': symbols } });
    expect(JSON.stringify(result)).not.toMatch(/\\u001b|\u202e/);
  });
});
