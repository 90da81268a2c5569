import { describe, expect, test } from 'bun:test';
import { type Recorded, RecordedTarget } from '../../test/recorded-target.ts';
import { liveNative } from '../native/live.ts';
import { liveTarget } from '../target/live.ts';
import type { Request, ResultFor, SourceResult, Target } from '../target/port.ts';
import { CpuProbe, hotTids, lookTimes } from './cpu.ts';

type Tree = Record<string, Recorded>;

interface Row {
  readonly pid: number;
  readonly used: number;
  readonly child?: number;
  readonly parent?: number;
  readonly start?: number;
  readonly shows?: number;
  readonly threads?: Readonly<Record<number, number>>;
  /** Threads that sleep; all else is runnable. */
  readonly asleep?: readonly number[];
  /** schedstat of its threads: nanoseconds on a core, of waiting, turns. */
  readonly sched?: string;
}

const line = (pid: number, parent: number, used: number, child: number, start: number, state = 'R'): string =>
  `${pid} (x) ${state} ${parent} ${pid} ${pid} 0 -1 4194304 1 2 3 4 ${used} 0 ${child} 0 39 19 4 0 ${start} 900000 250 9 ` +
  '1 2 3 4 5 0 0 0 0 0 0 0 17 1 0 5 0 0 0 1 2 3 4 5 6 7 0\n';

function tree(seconds: number, total: number, forks: number, rows: readonly Row[], running = 1): Tree {
  const files: Tree = {
    '/proc/stat': `cpu  ${total} 0 0 9\ncpu0 0 0 0 9\ncpu1 0 0 0 9\nbtime 1\nprocesses ${forks}\nprocs_running ${running}\n`,
    '/proc/uptime': `${1000 + seconds}.00 1.00\n`,
  };
  for (const row of rows) {
    const start = row.start ?? 5000;
    files[`/proc/${row.pid}/stat`] = line(
      row.shows ?? row.pid,
      row.parent ?? 1,
      row.used,
      row.child ?? 0,
      start,
      row.asleep?.includes(row.pid) === true ? 'S' : 'R',
    );
    for (const [tid, used] of Object.entries(row.threads ?? {})) {
      files[`/proc/${row.pid}/task/${tid}/stat`] = line(
        Number(tid),
        1,
        used,
        0,
        start,
        row.asleep?.includes(Number(tid)) === true ? 'S' : 'R',
      );
      if (row.sched !== undefined) files[`/proc/${row.pid}/task/${tid}/schedstat`] = `${row.sched}\n`;
      files[`/proc/${row.pid}/task/${tid}/status`] =
        `Tgid:\t${row.pid}\nUid:\t0\t0\t0\t0\nCpus_allowed_list:\t${Number(tid) % 2 === 0 ? '1' : '0-1'}\n`;
    }
  }
  return files;
}

/** A host whose state and clock the test moves. */
class MovedHost implements Target {
  readonly kind = 'live';
  readonly name;
  readonly native;
  #seconds = 0;
  #now = new RecordedTarget({ files: {} });

  constructor() {
    this.name = this.#now.name;
    this.native = this.#now.native;
  }

  at(seconds: number, total: number, forks: number, rows: readonly Row[], running = 1): void {
    this.#seconds = seconds;
    this.#now = new RecordedTarget({ files: tree(seconds, total, forks, rows, running) });
  }

  readonly clock = (): number => this.#seconds * 1e6;

  readNow<R extends Request>(request: R): ResultFor<R['kind']> {
    return this.#now.readNow(request);
  }

  read<R extends Request>(request: R): Promise<ResultFor<R['kind']>> {
    return this.#now.read(request);
  }

  gather(requests: Iterable<Request>): AsyncIterable<readonly SourceResult[]> {
    return this.#now.gather(requests);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('CPU over the interval', () => {
  test('what a process used between the looks is told in percent of one core, the hottest first', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [
      { pid: 10, used: 1000 },
      { pid: 20, used: 50 },
      { pid: 30, used: 7 },
    ]);
    probe.first();
    host.at(4, 900, 0, [
      { pid: 10, used: 1100 },
      { pid: 20, used: 850 },
      { pid: 30, used: 7 },
    ]);
    const { use } = probe.second();
    expect(use.map((fact) => [fact.pid, fact.percent, fact.usedUs, fact.windowUs])).toEqual([
      [20, 200, 8_000_000, 4_000_000],
      [10, 25, 1_000_000, 4_000_000],
    ]);
  });

  test('a process that no listing shows is watched from when it is asked for, and is not in the ledger', () => {
    const hidden = (used: number): Tree => ({
      '/proc/66/stat': line(66, 1, used, 0, 5000),
      '/proc/66/task/66/stat': line(66, 1, used, 0, 5000),
    });
    let seconds = 0;
    const shown = (total: number): Tree => tree(seconds, total, 0, [{ pid: 10, used: 0 }]);
    let now = shown(0);
    // Its files can be opened and its name is in no listing.
    const listed = (): RecordedTarget => new RecordedTarget({ files: now });
    const host: Target = {
      kind: 'live',
      name: listed().name,
      native: listed().native,
      readNow: (request) =>
        request.path.startsWith('/proc/66')
          ? new RecordedTarget({ files: hidden(100 + seconds * 90) }).readNow(request)
          : listed().readNow(request),
      read: (request) => listed().read(request),
      gather: (requests) => listed().gather(requests),
      close: () => Promise.resolve(),
    };
    const probe = new CpuProbe(host, () => seconds * 1e6);
    probe.first();
    probe.alsoWatch([66]);
    for (seconds = 1; seconds <= 2; seconds += 1) {
      now = shown(seconds * 90);
      probe.look();
    }
    now = shown(270);
    const { use, ledger } = probe.second();
    expect(use.map((fact) => [fact.pid, Math.round(fact.percent)])).toEqual([[66, 90]]);
    expect(use[0]?.threads.map(({ tid }) => tid)).toEqual([66]);
    expect(ledger.windows.map(({ visibleUs }) => visibleUs)).toEqual([0]);
  });

  test('a process that used nothing is told when it is asked for', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [{ pid: 30, used: 7 }]);
    probe.first();
    host.at(3, 0, 0, [{ pid: 30, used: 7 }]);
    expect(probe.second([{ pid: 30, startTicks: 5000 }]).use.map((fact) => fact.percent)).toEqual([0]);
  });

  test('a process that began in between counts from its start, one that ended until it was last seen', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [{ pid: 40, used: 0 }]);
    probe.first();
    // Uptime is 1002 s: started at tick 100100 it lives for one second.
    host.at(2, 0, 1, [
      { pid: 40, used: 150 },
      { pid: 50, used: 100, start: 100_100 },
    ]);
    probe.look();
    host.at(4, 0, 1, [{ pid: 50, used: 200, start: 100_100 }]);
    const use = new Map(probe.second().use.map((fact) => [fact.pid, fact]));
    expect(use.get(40)).toMatchObject({ usedUs: 1_500_000, windowUs: 2_000_000, percent: 75 });
    expect(use.get(50)).toMatchObject({ usedUs: 2_000_000, windowUs: 3_000_000 });
  });

  test('a pid that was used again is another process', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [{ pid: 60, used: 9000 }]);
    probe.first();
    host.at(4, 0, 1, [{ pid: 60, used: 100, start: 100_200 }]);
    const { use } = probe.second();
    expect(use.map((fact) => [fact.startTicks, fact.usedUs])).toEqual([[100_200, 1_000_000]]);
  });

  test('a folder that shows another process counts for nobody', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [{ pid: 70, used: 0, shows: 1 }]);
    probe.first();
    host.at(4, 0, 0, [{ pid: 70, used: 900, shows: 1 }]);
    expect(probe.second().use).toEqual([]);
  });
});

describe('threads of hot processes', () => {
  const miner = (used: number): Row => ({
    pid: 80,
    used,
    threads: { 80: 5, 82: used / 2, 83: used / 2 },
    asleep: [80],
  });

  test('a process hot by its past is sampled over the whole interval, with pins, policy and nice', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [miner(100_000), { pid: 90, used: 10, threads: { 90: 10 } }]);
    probe.first();
    host.at(4, 0, 0, [miner(100_800), { pid: 90, used: 20, threads: { 90: 20 } }]);
    const { use } = probe.second();
    expect(use.find((fact) => fact.pid === 80)?.threads).toEqual([
      { tid: 82, name: expect.anything(), state: 'R', percent: 100, nice: 19, policy: 5, pinned: 1 },
      { tid: 83, name: expect.anything(), state: 'R', percent: 100, nice: 19, policy: 5 },
    ]);
    expect(hotTids(use).map((thread) => [thread.pid, thread.tid])).toEqual([
      [80, 82],
      [80, 83],
    ]);
  });

  test('one that becomes hot is sampled from the look that saw it', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [miner(10)]);
    probe.first();
    host.at(1, 0, 0, [miner(110)]);
    probe.look();
    host.at(3, 0, 0, [miner(310)]);
    expect(probe.second().use[0]?.threads.map((thread) => thread.percent)).toEqual([50, 50]);
  });

  test('pid 1, sleepers below the bound and dead threads are not sampled for registers', () => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [{ pid: 1, used: 100_000, threads: { 1: 100_000 } }]);
    probe.first();
    host.at(4, 0, 0, [{ pid: 1, used: 100_400, threads: { 1: 100_400 } }]);
    const { use } = probe.second();
    expect(use[0]?.threads.length).toBe(1);
    expect(hotTids(use)).toEqual([]);
  });

  test('threads past the bound are left out, and the sources say so', () => {
    const threads: Record<number, number> = {};
    for (let tid = 1000; tid < 6000; tid += 1) threads[tid] = 10;
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(0, 0, 0, [{ pid: 99, used: 100_000, threads }]);
    probe.first();
    host.at(4, 0, 0, [{ pid: 99, used: 100_100, threads }]);
    const { use, sources } = probe.second();
    expect(use[0]?.threads).toEqual([]);
    expect(sources.some((source) => source.status === 'truncated')).toBe(true);
  });
});

describe('what a process wanted', () => {
  /** Its use at three looks, a second apart, as ticks of CPU and lines of schedstat. */
  function watched(
    looks: readonly (readonly [used: number, sched: string | undefined])[],
    rest: Partial<Row>,
  ) {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    for (const [at, [used, sched]] of looks.entries()) {
      const row = {
        pid: 70,
        used,
        threads: { 70: used },
        ...(sched === undefined ? {} : { sched }),
        ...rest,
      };
      host.at(at, 0, 0, [row], 40);
      if (at === 0) probe.first();
      else if (at < looks.length - 1) probe.look();
    }
    const { use, sources } = probe.second();
    return { wanted: use[0]?.wanted ?? Number.NaN, thread: use[0]?.threads[0], sources };
  }

  test('is a whole core beside twenty hogs, though it got three percent of one', () => {
    const { wanted, thread } = watched(
      [
        [500, '5000000000 90000000000 2000'],
        [503, '5030000000 90960000000 2010'],
        [506, '5060000000 91920000000 2020'],
      ],
      {},
    );
    expect(thread).toMatchObject({ percent: 3, wanted: 100 });
    expect(wanted).toBe(100);
  });

  test('is little for a server that often wakes up and finds the cores taken', () => {
    const { wanted } = watched(
      [
        [500, '5000000000 90000000000 2000'],
        [501, '5010000000 90600000000 2040'],
        [502, '5020000000 91200000000 2080'],
      ],
      { asleep: [70] },
    );
    expect(Math.round(wanted * 10)).toBe(25);
  });

  test('is told by state where the kernel keeps no account of waiting, and the sources say so', () => {
    for (const off of [undefined, '0 0 0']) {
      const { wanted, sources } = watched(
        [
          [500, off],
          [503, off],
          [506, off],
        ],
        {},
      );
      expect(wanted).toBe(100);
      expect(sources.map(({ status, reason }) => `${status} ${reason}`)).toContain(
        'absent no account of waiting for a core: judged by state at repeated looks',
      );
    }
  });

  test('is a whole core where one wait took all the time', () => {
    const { wanted } = watched(
      [
        [500, '5000000000 90000000000 2000'],
        [500, '5000000000 90000000000 2000'],
        [500, '5000000000 90000000000 2000'],
      ],
      {},
    );
    expect(wanted).toBe(100);
  });
});

describe('the ledger of CPU', () => {
  const run = (
    ...steps: readonly [seconds: number, total: number, forks: number, rows: readonly Row[]][]
  ) => {
    const host = new MovedHost();
    const probe = new CpuProbe(host, host.clock);
    host.at(...(steps[0] ?? [0, 0, 0, []]));
    probe.first();
    for (const step of steps.slice(1, -1)) {
      host.at(...step);
      probe.look();
    }
    host.at(...(steps.at(-1) ?? [0, 0, 0, []]));
    return probe.second().ledger;
  };

  test('looks five seconds apart make one window each', () => {
    const ledger = run(
      [0, 0, 10, [{ pid: 10, used: 0 }]],
      [5, 500, 12, [{ pid: 10, used: 480 }]],
      [10, 1000, 12, [{ pid: 10, used: 960 }]],
    );
    expect(ledger.cores).toBe(2);
    expect(ledger.windows).toEqual([
      { wallUs: 5_000_000, totalUs: 5_000_000, visibleUs: 4_800_000, forks: 2 },
      { wallUs: 5_000_000, totalUs: 5_000_000, visibleUs: 4_800_000, forks: 0 },
    ]);
  });

  test('children that came and went are in what their parent reaped', () => {
    const [window] = run(
      [0, 0, 0, [{ pid: 10, used: 0, child: 0 }]],
      [5, 500, 40, [{ pid: 10, used: 20, child: 480 }]],
    ).windows;
    expect(window).toMatchObject({ totalUs: 5_000_000, visibleUs: 5_000_000 });
  });

  test('a child that was seen before it was reaped does not count twice', () => {
    const [window] = run(
      [
        0,
        0,
        0,
        [
          { pid: 10, used: 0 },
          { pid: 11, parent: 10, used: 4000 },
        ],
      ],
      [5, 500, 0, [{ pid: 10, used: 0, child: 4500 }]],
    ).windows;
    expect(window?.visibleUs).toBe(5_000_000);
  });

  test('a child whose parent ignores it takes nothing off what others used', () => {
    const [window] = run(
      [
        0,
        0,
        0,
        [
          { pid: 10, used: 0 },
          { pid: 11, parent: 10, used: 4000 },
        ],
      ],
      [5, 500, 0, [{ pid: 10, used: 300 }]],
    ).windows;
    expect(window?.visibleUs).toBe(3_000_000);
  });

  test('time of a process that no list shows stays as the gap', () => {
    const [window] = run([0, 0, 0, [{ pid: 10, used: 0 }]], [5, 1000, 0, [{ pid: 10, used: 20 }]]).windows;
    expect((window?.totalUs ?? 0) - (window?.visibleUs ?? 0)).toBe(9_800_000);
  });

  test('a short interval is one window, and without /proc/stat there is none', () => {
    expect(run([0, 0, 0, []], [3, 300, 0, []]).windows.map((window) => window.wallUs)).toEqual([3_000_000]);
    const target = new RecordedTarget({ files: {} });
    const probe = new CpuProbe(target, () => 0);
    probe.first();
    const { use, ledger, sources } = probe.second();
    expect(use).toEqual([]);
    expect(ledger.windows).toEqual([]);
    expect(sources.every((source) => source.status !== 'ok')).toBe(true);
  });
});

describe('times of the looks', () => {
  test('they lie within the interval, and a long one gives windows of five seconds', () => {
    for (const interval of [1, 2, 3, 5, 10, 30, 60]) {
      const times = lookTimes(interval);
      expect(times.length).toBeGreaterThan(0);
      expect(times.every((time) => time > 0 && time < interval * 1000)).toBe(true);
    }
    expect(lookTimes(30)).toEqual([5000, 10_000, 15_000, 20_000, 25_000]);
  });
});

describe('a running host', () => {
  test('a busy child is seen to use CPU', async () => {
    const target = liveTarget(liveNative());
    const child = Bun.spawn(['sh', '-c', 'while :; do :; done'], { stdio: ['ignore', 'ignore', 'ignore'] });
    const probe = new CpuProbe(target);
    probe.first();
    let used = 0;
    for (let round = 0; round < 200 && used < 10; round += 1) {
      await Bun.sleep(50);
      probe.look();
      const text = await Bun.file(`/proc/${child.pid}/stat`).text();
      used = Number(text.slice(text.lastIndexOf(')')).split(' ')[12]);
    }
    const { use } = probe.second();
    child.kill('SIGKILL');
    await child.exited;
    expect(use.find((fact) => fact.pid === child.pid)?.usedUs).toBeGreaterThan(50_000);
  });
});
