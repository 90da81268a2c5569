/** A process with 60,000 mappings and a few thousand bind mounts: the scan ends, in little memory, and judges what is behind. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { resultSchema, type ScanResult } from '../../src/model/result.ts';
import { demine, type LabHost, listedSources, openLabHost, type Running } from '../lab/harness.ts';
import { repository } from '../lab/host.ts';

let host: LabHost;
let mapped: Running;
let plain: Measured;
let crowded: Measured;

/**
 * Every second page of a reserved range gets another protection: a mapping each. Behind them the sizes of RandomX,
 * reserved and never filled.
 */
const holder = `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
def reserve(size, access):
    at = libc.mmap(None, size + 8192, 0, 0x4022, -1, 0)
    assert libc.mprotect(at + 4096, size, access) == 0
    return at + 4096
reserve(0x82000000, 3); reserve(0x10000000, 3)
pages = reserve(60000 * 4096, 1)
for page in range(0, 60000, 2): assert libc.mprotect(pages + page * 4096, 4096, 3) == 0
print("ready", flush=True)
while True: pass
`;

/** Runs a command and tells its memory at the peak, in MiB, behind what it wrote. */
const measure = `
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
sys.stdout.write(done.stdout.decode() + "\\n" + str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024))
`;

interface Measured {
  readonly result: ScanResult;
  readonly mebibytes: number;
}

async function scanMeasured(): Promise<Measured> {
  const main = join(repository, 'src/cli/main.ts');
  const command = [process.execPath, main, 'scan', '--json', '-', '--no-case', '--interval', '1'];
  const { stdout, stderr } = await host.run(['python3', '-c', measure, ...command]);
  const end = stdout.lastIndexOf('\n');
  try {
    return {
      result: resultSchema.parse(JSON.parse(stdout.slice(0, end))),
      mebibytes: Number(stdout.slice(end)),
    };
  } catch (cause) {
    throw new Error(`no result: ${stderr.slice(-2000)}`, { cause });
  }
}

const mounts = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("/srv/from", exist_ok=True)
for index in range(3000):
    to = "/srv/m/%d" % index
    os.makedirs(to)
    assert libc.mount(b"/srv/from", to.encode(), None, 4096, None) == 0
`;

beforeAll(async () => {
  host = await openLabHost();
  plain = await scanMeasured();
  mapped = await host.start(['python3', '-c', holder], { readyLine: 'ready' });
  expect((await host.run(['python3', '-c', mounts])).stderr).toBe('');
  crowded = await scanMeasured();
}, 200_000);
afterAll(async () => {
  await host.stop();
});

describe('a scan of it', () => {
  test('judges the memory behind the mappings', () => {
    const rules = crowded.result.findings.filter(({ pid }) => pid === mapped.pid).map(({ rule }) => rule);
    expect(rules).toContain('memory.randomx-dataset');
  });

  test('tells what was cut, and that it is none of what matters', () => {
    const told = listedSources(crowded.result).filter(({ source }) => source === `/proc/${mapped.pid}/maps`);
    expect(told.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^kept 4096 of 6\d{4} mappings$/),
    ]);
    expect(crowded.result.coverage.filter(({ id }) => id === 'suspects' || id === 'mounts')).toMatchObject([
      { checked: true },
      { checked: true },
    ]);
  });

  test('takes little more memory than one of the host without it', () => {
    expect(crowded.mebibytes - plain.mebibytes).toBeLessThan(160);
  });

  test('demine ps PID counts all of the mappings', async () => {
    const { stdout, code } = await demine(host, [
      'ps',
      String(mapped.pid),
      '--interval',
      '0',
      '--lang',
      'en',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/6\d{4} mappings/);
  });
});
