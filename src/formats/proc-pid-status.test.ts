import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { parseProcStatus } from './proc-pid-status.ts';

const parse = (text: string): ReturnType<typeof parseProcStatus> =>
  parseProcStatus(Buffer.from(text, 'latin1'));

const miner = `Name:\tkdevtmpfsi
Umask:\t0022
State:\tR (running)
Tgid:\t4242
Pid:\t4242
PPid:\t1
TracerPid:\t77
Uid:\t1000\t0\t0\t0
Gid:\t1000\t1000\t1000\t1000
FDSize:\t64
NStgid:\t4242\t9
NSpid:\t4242\t9
VmSize:\t 2700000 kB
VmLck:\t 2097152 kB
VmRSS:\t 2400000 kB
HugetlbPages:\t 2129920 kB
Threads:\t8
CapPrm:\t000001ffffffffff
CapEff:\t000001ffffffffff
Cpus_allowed:\tff
Cpus_allowed_list:\t0-3,6
`;

describe('/proc/pid/status', () => {
  test('memory is in bytes, identity and CPU list are as printed', () => {
    expect(parse(miner)).toEqual({
      threadGroup: 4242,
      tracer: 77,
      uids: [1000, 0, 0, 0],
      gids: [1000, 1000, 1000, 1000],
      namespacedPids: [4242, 9],
      locked: 2097152 * 1024,
      rss: 2400000 * 1024,
      hugetlb: 2129920 * 1024,
      capabilities: '000001ffffffffff',
      cpus: '0-3,6',
      threads: 8,
    });
  });

  test('a kernel thread without memory lines has none', () => {
    expect(parse('Name:\tkthreadd\nTgid:\t2\nUid:\t0\t0\t0\t0\n')).toMatchObject({
      rss: 0,
      locked: 0,
      hugetlb: 0,
    });
  });

  test('a line that comes twice counts once, the first', () => {
    expect(parse(`${miner}Tgid:\t1\nUid:\t0\t0\t0\t0\nTracerPid:\t0\n`)).toMatchObject({
      threadGroup: 4242,
      tracer: 77,
      uids: [1000, 0, 0, 0],
    });
  });

  test('a name that imitates a label is only a name', () => {
    expect(parse(`Name:\tTgid:\\t1\n${miner.slice(miner.indexOf('Umask'))}`)?.threadGroup).toBe(4242);
  });

  test('what is cut before identity is nothing; words where numbers belong are zero', () => {
    expect(parse('')).toBeUndefined();
    expect(parse('Tgid:\t5\nUid:\t0\t0')).toBeUndefined();
    expect(parse('Tgid:\t5\nUid:\t0\t0\t0\t0\nVmLck:\tmany kB\n')?.locked).toBe(0);
  });

  test('our own file agrees with the running process', () => {
    const status = parseProcStatus(readFileSync('/proc/self/status'));
    expect(status?.threadGroup).toBe(process.pid);
    expect(status?.uids[1]).toBe(process.geteuid?.() ?? -1);
    expect(status?.rss).toBeGreaterThan(0);
  });
});
