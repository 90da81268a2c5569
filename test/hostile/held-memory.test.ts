/**
 * A process whose address space is locked for good: reading its command line waits behind a change that waits for
 * a dead file server. `ps` hangs on it; the scan ends, in time, and says what it could not read.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { type LabHost, listedSources, openLabHost } from '../lab/harness.ts';
import { type ScannedCase, scanCase } from './case-files.ts';

let host: LabHost;
let healthy: ScannedCase;
let hostile: ScannedCase;
let reader = 0;
const whose = ['the main thread', 'another thread'] as const;
const holders = new Map<(typeof whose)[number], number>();

/** Seconds that hostile processes may cost. */
const grace = 10;
const server = 'bun=$1; shift; "$bun" "$@" & echo $! >/run/server; wait';

/**
 * Maps a page of the served file. Its child asks for that page at /run/go, which keeps the lock of this memory; at
 * /run/changed it maps something more itself, and waits for the lock. A
 * scan may have read the file before, so the child has its pages forgotten first.
 */
const holder = `
import ctypes, os, sys, threading, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
served = os.open("/srv/share/worker", os.O_RDONLY)
page = libc.mmap(None, 4096, 1, 2, served, 0)
def until(path):
    while not os.path.exists(path): time.sleep(0.02)
def change():
    until("/run/changed")
    libc.mmap(None, 4096, 3, 0x22, -1, 0)
threaded = sys.argv[1] == "threaded"
if threaded: threading.Thread(target=change).start()
me = os.getpid()
if os.fork() == 0:
    memory = os.open("/proc/%d/mem" % me, os.O_RDONLY)
    until("/run/go")
    os.posix_fadvise(served, 0, 0, os.POSIX_FADV_DONTNEED)
    os.pread(memory, 1, page)
    os._exit(0)
print("ready", flush=True)
if not threaded: change()
time.sleep(600)
`;

/** Waits until a look at the threads of a process, given as $1 to the shell, shows what is meant. */
async function until(pid: number, look: string, meant: RegExp): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (meant.test((await host.run(['sh', '-c', look, 'sh', `${pid}`])).stdout)) return;
    await Bun.sleep(50);
  }
  throw new Error(`process ${pid} did not come to wait`);
}

const states = 'cut -d" " -f3 /proc/"$1"/task/*/stat';
/** Who asked the server first waits for its answer, in state S; who came later waits for the page, in state D. */
const places = 'cat /proc/"$1"/wchan';

beforeAll(async () => {
  host = await openLabHost();
  const served = join(import.meta.dir, 'served-mount.ts');
  await host.start(['sh', '-c', server, 'sh', process.execPath, served, '/srv/share', '/usr/bin/perl'], {
    readyLine: 'mounted',
  });
  const ready = { readyLine: 'ready' } as const;
  for (const who of whose) {
    const how = who === 'another thread' ? 'threaded' : 'alone';
    holders.set(who, (await host.start(['python3', '-c', holder, how], ready)).pid);
  }
  const begun = performance.now();
  healthy = await scanCase(host, ['--interval', '1']);
  const seconds = (performance.now() - begun) / 1000;

  await host.run(['sh', '-c', 'kill -STOP "$(cat /run/server)"; : >/run/go']);
  for (const pid of holders.values()) {
    const { stdout } = await host.run(['pgrep', '-P', `${pid}`]);
    reader = Number(stdout.trim());
    await until(reader, places, /request_wait_answer|filemap|folio/);
  }
  await host.run(['sh', '-c', ': >/run/changed']);
  for (const pid of holders.values()) await until(pid, states, /^D$/m);
  hostile = await scanCase(host, ['--interval', '1'], { killAfterSeconds: seconds + grace });
}, 120_000);
afterAll(async () => {
  await host.stop();
});

const rowOf = (scanned: ScannedCase, pid: number) =>
  scanned.result.processes.find((process) => process.pid === pid);

test('while nobody waits nothing is given up', () => {
  expect(listedSources(healthy.result).filter(({ status }) => status === 'timeout')).toEqual([]);
});

for (const who of whose) {
  test(`held by ${who}: the process is listed, and its command line told as given up`, () => {
    const held = holders.get(who) ?? 0;
    expect(rowOf(hostile, held)?.exe).toContain('python3');
    const told = listedSources(hostile.result).filter(({ source }) => source === `/proc/${held}/cmdline`);
    expect(told.map(({ status }) => status)).toEqual(['timeout']);
    expect(told[0]?.reason).toContain('waits in the kernel');
  });
}

test('a process that waits and holds nothing is read whole', () => {
  expect(rowOf(hostile, reader)?.commandLine).toBe(rowOf(healthy, reader)?.commandLine ?? 'none');
});

test('nothing is called hidden, and what can be judged is judged as before', () => {
  expect(hostile.result.findings.filter(({ bearing }) => bearing === 'hides')).toEqual([]);
  expect(hostile.result.verdict).toBe(healthy.result.verdict);
});
