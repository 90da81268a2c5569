import { afterEach, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { liveNative } from './live.ts';
import { endAll, startProgram, startRole, statOf, until } from './processes.fixture.ts';
import { releaseOutstanding, sampleRegisters, sampleThreads } from './ptrace.ts';

afterEach(endAll);
const native = liveNative();
const tracerOf = (pid: number): string =>
  /^TracerPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';

/** CPU ticks grow: the process runs. */
async function runsOn(pid: number): Promise<void> {
  const before = statOf(pid).userTicks;
  await until(() => statOf(pid).userTicks > before + 1);
}

const rounding = (word: number): number => (word >>> 13) & 3;

describe('registers of a running thread', () => {
  test('hold the flags and all the rounding modes that it computes with', async () => {
    const victim = await startRole('compute', 'flush', 'down', 'zero', 'up');
    const answer = native.sampleRegisters(victim.pid, victim.pid, 24, 200);
    expect(answer.status).toBe('ok');
    if (answer.status !== 'ok') return;
    expect(answer.value.samples).toHaveLength(24);
    for (const word of answer.value.samples) expect(word & 0x8040).toBe(0x8040);
    expect(new Set(answer.value.samples.map(rounding)).size).toBeGreaterThanOrEqual(2);
    expect(tracerOf(victim.pid)).toBe('0');
    await runsOn(victim.pid);
  });

  test('are taken until there are enough of them', async () => {
    const victim = await startRole('compute', 'flush', 'down', 'up');
    const enough = ({ samples }: { readonly samples: readonly number[] }): boolean =>
      new Set(samples.map(rounding)).size >= 2;
    const thread = { pid: victim.pid, tid: victim.pid };
    const gapsUs = Array<number>(63).fill(300);
    const [answer] = native.sampleThreads([thread], { gapsUs, enough });
    if (answer?.status !== 'ok') throw new Error('no row');
    expect(answer.value.samples.length).toBeLessThan(64);
    expect(new Set(answer.value.samples.map(rounding)).size).toBe(2);
    expect(tracerOf(victim.pid)).toBe('0');
  });

  test('are apart in its own time where it shares a core with others', async () => {
    const pinned = (): number => startProgram('taskset', '-c', '0', 'sh', '-c', 'while :; do :; done').pid;
    for (let hogs = 0; hogs < 8; hogs += 1) pinned();
    const pid = pinned();
    const ranUs = (): number => Number.parseInt(readFileSync(`/proc/${pid}/schedstat`, 'latin1'), 10) / 1000;
    await until(() => ranUs() > 50_000);
    const before = ranUs();
    const gapsUs = Array<number>(20).fill(5000);
    const patience = { stopUs: 60e6, totalUs: 120e6 };
    let [answer] = sampleThreads([{ pid, tid: pid }], { gapsUs, patience });
    while (answer?.status === 'empty') [answer] = sampleThreads([{ pid, tid: pid }], { gapsUs, patience });
    if (answer?.status !== 'ok') throw new Error('no row');
    expect(answer.value.samples).toHaveLength(21);
    // Half of each gap at least; by the clock on the wall it was a fifth, as most of a gap was the others'.
    expect(ranUs() - before).toBeGreaterThanOrEqual(50_000);
    expect(tracerOf(pid)).toBe('0');
  });

  test('hold no flag and one mode in an ordinary program', async () => {
    const victim = startProgram('yes');
    await until(() => statOf(victim.pid).state === 'R' && statOf(victim.pid).userTicks > 0);
    let answer = native.sampleRegisters(victim.pid, victim.pid, 8, 100);
    while (answer.status === 'empty') answer = native.sampleRegisters(victim.pid, victim.pid, 8, 100);
    if (answer.status !== 'ok') throw new Error(answer.reason);
    expect(new Set(answer.value.samples.map((word) => word & 0xe040))).toEqual(new Set([0]));
    await runsOn(victim.pid);
  });

  test('are not taken of a thread that waits, which would see its call interrupted', async () => {
    const victim = startProgram('sleep', '100');
    await until(() => statOf(victim.pid).state === 'S');
    expect(native.sampleRegisters(victim.pid, victim.pid, 8, 100).status).toBe('empty');
    expect(tracerOf(victim.pid)).toBe('0');
  });

  test('are not taken of a stopped thread, which stays stopped', async () => {
    const victim = await startRole('compute', 'flush', 'up');
    victim.kill('SIGSTOP');
    await until(() => statOf(victim.pid).state === 'T');
    expect(native.sampleRegisters(victim.pid, victim.pid, 8, 100).status).toBe('empty');
    expect(statOf(victim.pid).state).toBe('T');
  });

  test('are never taken of process 1, of ourselves or of what is not there', () => {
    expect(native.sampleRegisters(1, 1, 8, 100)).toEqual({
      status: 'denied',
      reason: 'process 1 is never held',
    });
    expect(native.sampleRegisters(process.pid, process.pid, 8, 100).status).toBe('denied');
    expect(native.sampleRegisters(999_999, 999_999, 8, 100).status).toBe('absent');
    expect(native.sampleRegisters(-1, 7, 8, 100).status).toBe('error');
  });

  test('are not taken of a thread that another process traces', async () => {
    const victim = await startRole('compute', 'plain');
    const other = await startRole('hold', String(victim.pid));
    expect(native.sampleRegisters(victim.pid, victim.pid, 8, 0)).toEqual({
      status: 'denied',
      reason: `process ${other.pid} traces it`,
    });
  });

  test('are not taken of who traces us: each would wait for the other', async () => {
    expect((await startRole('traced')).said).toBe('denied: it traces us');
  });
});

describe('a thread that was sampled', () => {
  test('runs on, untraced, when the sampling process is killed', async () => {
    const victim = await startRole('compute', 'flush', 'up', 'down');
    for (let round = 0; round < 5; round += 1) {
      const sampler = await startRole('sample', String(victim.pid), String(victim.pid));
      await Bun.sleep(10 + round);
      await sampler.end();
      expect(tracerOf(victim.pid)).toBe('0');
      expect(statOf(victim.pid).state).toBe('R');
      await runsOn(victim.pid);
    }
  });

  test('runs on, untraced, when the sampling process is killed while it holds it', async () => {
    const victim = await startRole('compute', 'flush', 'up', 'down');
    const holder = await startRole('hold', String(victim.pid));
    await until(() => statOf(victim.pid).state === 't');
    expect(tracerOf(victim.pid)).toBe(String(holder.pid));
    await holder.end();
    expect(tracerOf(victim.pid)).toBe('0');
    expect(statOf(victim.pid).state).toBe('R');
    await runsOn(victim.pid);
  });

  test('runs on after thousands of looks, where it computes and waits in turn', async () => {
    const victim = await startRole('waits');
    for (let looks = 0; looks < 2000; looks += 1) native.sampleRegisters(victim.pid, victim.pid, 64, 0);
    expect(tracerOf(victim.pid)).toBe('0');
    await runsOn(victim.pid);
  });

  test('and had not stopped when we gave up is let go as soon as it does', async () => {
    const victim = await startRole('compute', 'flush', 'up');
    // The thread stops after the microseconds of one look, which is all that is waited.
    let late = 0;
    for (let round = 0; round < 50; round += 1) {
      if (sampleRegisters(victim.pid, victim.pid, 8, 0, { stopUs: 0, totalUs: 0 }).status === 'timeout')
        late += 1;
      await until(() => tracerOf(victim.pid) === '0');
      expect(releaseOutstanding()).toBe(0);
    }
    expect(late).toBeGreaterThan(0);
    await runsOn(victim.pid);
  });

  test('gets the signal that came while it was held', async () => {
    for (let round = 0; round < 5; round += 1) {
      const victim = await startRole('compute', 'flush', 'up');
      const killer = Bun.spawn(['sh', '-c', `sleep 0.01; kill -TERM ${victim.pid}`]);
      let answer = native.sampleRegisters(victim.pid, victim.pid, 64, 500);
      while (answer.status === 'ok') answer = native.sampleRegisters(victim.pid, victim.pid, 64, 500);
      await killer.exited;
      // The default action of SIGTERM ended it: nothing swallowed the signal.
      await until(() => !['R', 'T', 't'].includes(stateOrGone(victim.pid)));
      expect(releaseOutstanding()).toBe(0);
    }
  });

  test('stays stopped when somebody stops it, and runs on when it is continued', async () => {
    const victim = await startRole('compute', 'flush', 'up');
    const stopper = Bun.spawn(['sh', '-c', `sleep 0.01; kill -STOP ${victim.pid}`]);
    let answer = native.sampleRegisters(victim.pid, victim.pid, 64, 500);
    while (answer.status === 'ok') answer = native.sampleRegisters(victim.pid, victim.pid, 64, 500);
    await stopper.exited;
    await until(() => statOf(victim.pid).state === 'T');
    expect(tracerOf(victim.pid)).toBe('0');
    victim.kill('SIGCONT');
    await runsOn(victim.pid);
  });
});

function stateOrGone(pid: number): string {
  try {
    return statOf(pid).state;
  } catch {
    return 'gone';
  }
}
