import { afterAll, describe, expect, test } from 'bun:test';
import { parseProcStat } from '../formats/proc-pid-stat.ts';
import type { Mapping, MemoryMapFact } from '../model/facts/process.ts';
import { printableText } from '../model/text.ts';
import { liveNative } from '../native/live.ts';
import type { Native } from '../native/port.ts';
import { recordedNative } from '../native/recorded.ts';
import { liveTarget } from '../target/live.ts';
import { probeMemoryMap } from './memory-map.ts';
import { argumentTraces, probeMiningTraces, regionOf } from './mining-traces.ts';
import { filesTarget, statLine, suspect } from './suspect.fixture.ts';

/** Monero's published general fund address. */
const wallet =
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A';
const secret = 'hunter2Correct';
const login = `{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"${wallet}","pass":"${secret}","agent":"XMRig/6.21.0","algo":["rx/0"]}}`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const mapping = (parts: Partial<Mapping>): Mapping => ({
  start: 0x7f0000000000,
  size: 0x21000,
  access: 'rw-p',
  offset: 0,
  inode: 0,
  path: printableText(''),
  line: 1,
  ...parts,
});
const mapsOf = (...mappings: readonly Partial<Mapping>[]): MemoryMapFact => ({
  kind: 'memory-map',
  source: { source: printableText('/proc/100/smaps') },
  pid: 100,
  startTicks: 1000,
  mappings: mappings.map(mapping),
  detailed: true,
});

/** Memory that begins with zeros at `start` and holds `pieces` at their addresses. */
function memory(pieces: Readonly<Record<number, Uint8Array>>): Native['readMemory'] {
  return (_pid, address, into) => {
    into.fill(0);
    for (const [key, piece] of Object.entries(pieces)) {
      for (let at = 0; at < piece.length; at += 1) {
        const index = Number(key) + at - address;
        if (index >= 0 && index < into.length) into[index] = piece[at] ?? 0;
      }
    }
    return { status: 'ok', value: into.length };
  };
}
const quiet = filesTarget({ '/proc/100/stat': statLine(100, 1000), '/proc/100/environ': '' });
const probe = (readMemory: Native['readMemory'], maps: MemoryMapFact, options = {}) =>
  probeMiningTraces(recordedNative({ readMemory }), quiet, suspect(), maps, options);

describe('memory', () => {
  const start = 0x7f0000000000;

  test('a login is found at its address, with its wallet, and without its password', () => {
    const { facts, sources } = probe(memory({ [start + 0x1234]: bytes(login) }), mapsOf({}));
    const kinds = facts.map((fact) => fact.found.kind).sort();
    expect(kinds).toEqual(['algorithm', 'program', 'stratum', 'wallet']);
    const stratum = facts.find((fact) => fact.found.kind === 'stratum');
    expect(stratum?.source.offset).toBe(start + 0x1234);
    expect(stratum?.place).toBe('memory');
    expect(stratum?.text).toContain('"method":"login"');
    expect(facts.find((fact) => fact.found.kind === 'wallet')?.text).toContain(wallet);
    expect(JSON.stringify(facts)).not.toContain(secret);
    expect(facts.every((fact) => fact.text.length <= 200)).toBe(true);
    expect(sources.map((source) => source.status)).toEqual(['ok', 'ok']);
  });

  test('a login deep in a pool of memory of which little is in use is found', () => {
    const at = start + (7 << 20) + 4090;
    const pool = { size: 64 << 20, resident: 9 << 20 };
    const { facts } = probe(memory({ [at]: bytes(login) }), mapsOf(pool));
    expect(facts.find((fact) => fact.found.kind === 'stratum')?.source.offset).toBe(at);
    expect(regionOf(mapping({ size: 2080 * 2 ** 20, resident: 2080 * 2 ** 20 }))?.size).toBe(1 << 20);
  });

  test('a message over the seam of two chunks is found once', () => {
    const size = 3 << 20;
    const at = start + (1 << 20) - 40;
    const { facts } = probe(memory({ [at]: bytes(login) }), mapsOf({ size, path: printableText('[heap]') }));
    expect(facts.filter((fact) => fact.found.kind === 'wallet')).toHaveLength(1);
    expect(facts.find((fact) => fact.found.kind === 'stratum')?.source.offset).toBe(at);
  });

  test('UTF-16LE', () => {
    const { facts } = probe(
      memory({ [start + 0x100]: new Uint8Array(Buffer.from(login, 'utf16le')) }),
      mapsOf({}),
    );
    const found = facts.find((fact) => fact.found.kind === 'wallet');
    expect(found?.text).toContain(wallet);
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  test('of a large mapping the first MiB is read, small ones whole and first', () => {
    const read: (readonly [number, number])[] = [];
    const note: Native['readMemory'] = (_pid, address, into) => {
      read.push([address, into.length]);
      into.fill(0);
      return { status: 'ok', value: into.length };
    };
    probe(note, mapsOf({ start: 0x10000000, size: 0x82000000 }, { start: 0x1000, size: 0x2000 }));
    expect(read).toEqual([
      [0x1000, 0x2000],
      [0x10000000, 1 << 20],
    ]);
  });

  test('bounds of bytes and time cut, and say so', () => {
    const empty = memory({});
    const cut = probe(empty, mapsOf({ size: 8 << 20 }), { maxBytes: 2 << 20 });
    expect(cut.sources.at(-1)).toMatchObject({ status: 'truncated', bytes: 2 << 20 });
    let now = 0;
    const late = probe(empty, mapsOf({ size: 8 << 20 }), {
      maxMs: 5,
      clock: () => {
        now += 2;
        return now;
      },
    });
    expect(late.sources.at(-1)?.status).toBe('truncated');
  });

  test('time in which others compute cuts nothing before the far bound of the wall', () => {
    const empty = memory({});
    const after = (step: number) => {
      let now = 0;
      const wall = () => {
        now += step;
        return now;
      };
      return probe(empty, mapsOf({ size: 8 << 20 }), { maxMs: 400, clock: () => 0, wall }).sources.at(-1);
    };
    expect(after(500)).toMatchObject({ status: 'ok', bytes: 8 << 20 });
    expect(after(5000)).toMatchObject({ status: 'timeout' });
  });

  test('what the system refuses is told', () => {
    const refuse: Native['readMemory'] = () => ({ status: 'denied', reason: 'EPERM' });
    expect(probe(refuse, mapsOf({})).sources.at(-1)).toMatchObject({
      status: 'denied',
      reason: 'EPERM',
      bytes: 0,
    });
  });

  test('nothing is told of a number that belongs to another process now', () => {
    const other = filesTarget({ '/proc/100/stat': statLine(100, 2000) });
    const native = recordedNative({ readMemory: memory({ [start]: bytes(login) }) });
    const { facts, sources } = probeMiningTraces(native, other, suspect(), mapsOf({}));
    expect(facts).toEqual([]);
    expect(sources).toMatchObject([{ status: 'absent' }]);
  });

  test('memory that another process supplies, files that are not in memory, and shared memory are left alone', () => {
    expect(regionOf(mapping({ flags: ['rd', 'wr', 'um'] }))).toBeUndefined();
    expect(regionOf(mapping({ path: printableText('/mnt/fuse/lib.so') }))).toBeUndefined();
    expect(regionOf(mapping({ path: printableText('/mnt/fuse/lib.so'), resident: 0x1000 }))).toBeUndefined();
    expect(regionOf(mapping({ path: printableText('/usr/bin/x'), resident: 0x21000 }))).toBeDefined();
    expect(regionOf(mapping({ access: 'rw-s' }))).toBeUndefined();
    expect(regionOf(mapping({ access: '---p' }))).toBeUndefined();
    expect(regionOf(mapping({ resident: 0 }))).toBeUndefined();
    expect(regionOf(mapping({ path: printableText('[vvar]') }))).toBeUndefined();
  });
});

describe('environment and arguments', () => {
  test('values are searched and only the find is told', () => {
    const target = filesTarget({
      '/proc/100/stat': statLine(100, 1000),
      '/proc/100/environ': `HOME=/root\0DB_PASSWORD=${secret}\0WALLET=${wallet}\0POOL=stratum+tcp://u:${secret}@h.example.org:3333\0`,
    });
    const { facts } = probeMiningTraces(recordedNative(), target, suspect(), undefined);
    expect(facts.map((fact) => [fact.place, fact.found.kind])).toEqual([
      ['environment', 'wallet'],
      ['environment', 'pool'],
    ]);
    expect(facts[0]?.text as string).toBe(`WALLET=${wallet}`);
    expect(facts[0]?.source.offset).toBe(`HOME=/root\0DB_PASSWORD=${secret}\0WALLET=`.length);
    expect(JSON.stringify(facts)).not.toContain(secret);
  });

  test('arguments of any process, masked', () => {
    const argv = ['./k', '-o', '192.0.2.7:443', '-u', wallet, '-p', secret, '--donate-level=0'].map(
      printableText,
    );
    const facts = argumentTraces(suspect({ argv }));
    expect(facts.map((fact) => fact.found.kind).sort()).toEqual(['config', 'pool', 'wallet']);
    expect(facts.find((fact) => fact.found.kind === 'pool')?.text).toContain('192.0.2.7:443');
    expect(JSON.stringify(facts)).not.toContain(secret);
    expect(argumentTraces(suspect())).toEqual([]);
  });
});

describe('a live process', () => {
  // cat keeps what it copied in its buffer; nothing of it stands in its arguments.
  const child = Bun.spawn(['cat'], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    env: { TOKEN: secret },
  });
  afterAll(() => child.kill('SIGKILL'));

  test('what cat copied is found in its memory', async () => {
    child.stdin.write(`${login}\n`);
    await child.stdin.flush();
    await child.stdout.getReader().read();
    const native = liveNative();
    const target = liveTarget(native);
    const stat = target.readNow({ kind: 'file', path: printableText(`/proc/${child.pid}/stat`) });
    const startTicks = parseProcStat(stat.bytes)?.startTicks ?? -1;
    const process = suspect({ pid: child.pid, startTicks, argv: [printableText('cat')] });
    const maps = probeMemoryMap(target, process, { detailed: true });
    expect(maps.facts[0]?.detailed).toBe(true);
    const { facts, sources } = probeMiningTraces(native, target, process, maps.facts[0], { maxMs: 5000 });
    expect(facts.map((fact) => fact.found.kind)).toEqual(
      expect.arrayContaining(['wallet', 'stratum', 'program']),
    );
    expect(JSON.stringify(facts)).not.toContain(secret);
    expect(sources.every((source) => source.status === 'ok')).toBe(true);
    await target.close();
  });
});
