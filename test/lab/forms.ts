/**
 * RandomX in the forms in which miners run it: one list for the end-to-end tests and for whoever plays all of them.
 *
 * Every form computes for good and is only told apart by how it is started. `within` says which verdicts are right: in
 * one form the kernel forbids the proof, and then what is left must still be told.
 */
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../src/model/verdict.ts';
import { putProgram, startStandIn } from './harness.ts';
import { folderIn, type LabHost, type Running, repository } from './host.ts';

export interface Form {
  readonly name: string;
  /** Not played by the tests: another test does, or it takes too long. */
  readonly apart?: true;
  readonly within: readonly Verdict[];
  readonly start: (host: LabHost) => Promise<readonly Running[]>;
}

/** A hidden folder where a dropper puts programs. */
const drop = '/var/tmp/.cache-x';
const hasher = `${drop}/job`;
const mining: readonly Verdict[] = ['mining'];
const ready = { readyLine: 'ready' } as const;

/** The hasher, started by another program that puts itself before it. */
async function behind(
  host: LabHost,
  before: readonly string[],
  args: readonly string[] = ['light', '1'],
): Promise<readonly Running[]> {
  putProgram(host, 'randomx-hasher', hasher);
  return [await host.start([...before, hasher, ...args], ready)];
}

const plain = async (host: LabHost, ...args: readonly string[]): Promise<readonly Running[]> => [
  await startStandIn(host, 'randomx-hasher', args, { as: hasher }),
];

const restless = async (host: LabHost, ...args: readonly string[]): Promise<readonly Running[]> => [
  await startStandIn(host, 'randomx-restless', args, { as: hasher }),
];

/** The hasher in a control group that gives it some percent of a core; the group goes with it. */
async function limited(host: LabHost, percent: number): Promise<readonly Running[]> {
  const [miner] = await plain(host, 'light', '1');
  if (miner === undefined) return [];
  folderIn(host, 'run/groups');
  const program = [process.execPath, join(repository, 'test/lab/limit-cpu.ts')];
  const told = await host.run([...program, `${miner.pid}`, `${percent}`, '/run/groups']);
  if (told.code !== 0) {
    await miner.stop();
    throw new Error(told.stderr);
  }
  const stop = async (): Promise<void> => {
    await miner.stop();
    await host.run(['rmdir', told.stdout]);
  };
  return [{ ...miner, stop }];
}

/** randomx.h of RandomX 1.1.10 through Python's foreign functions; hashing releases the interpreter's lock. */
const python = `
import ctypes
x = ctypes.CDLL('librandomx.so.0')
for name in ('randomx_alloc_cache', 'randomx_create_vm'): getattr(x, name).restype = ctypes.c_void_p
flags = x.randomx_get_flags()
cache = ctypes.c_void_p(x.randomx_alloc_cache(flags))
x.randomx_init_cache(cache, b'demine', ctypes.c_size_t(6))
vm = ctypes.c_void_p(x.randomx_create_vm(flags, cache, None))
out = ctypes.create_string_buffer(32)
print('ready', flush=True)
while True: x.randomx_calculate_hash(vm, b'demine', ctypes.c_size_t(6), out)
`;

/** Traces all threads of a process and lets them run: PTRACE_SEIZE stops nothing, and nobody else may trace them. */
const tracer = `
import ctypes, os, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
pid = sys.argv[1]
for tid in os.listdir('/proc/' + pid + '/task'):
    if libc.ptrace(0x4206, int(tid), None, None) != 0: raise OSError(ctypes.get_errno())
print('ready', flush=True)
while True: signal.pause()
`;

/** Runs a program from memory that no folder shows. */
const fromMemory = `
import os, sys
program = os.memfd_create('job')
os.write(program, open(sys.argv[1], 'rb').read())
os.execv('/proc/self/fd/%d' % program, ['job'] + sys.argv[2:])
`;

async function traced(host: LabHost): Promise<readonly Running[]> {
  const miners = await plain(host, 'light', '2');
  const running: Running[] = [];
  for (const { pid } of miners) running.push(await host.start(['python3', '-c', tracer, `${pid}`], ready));
  return [...running, ...miners];
}

async function several(host: LabHost, count: number): Promise<readonly Running[]> {
  putProgram(host, 'randomx-hasher', hasher);
  return Promise.all(Array.from({ length: count }, () => host.start([hasher, 'fast', '1'], ready)));
}

async function memory(host: LabHost): Promise<readonly Running[]> {
  return [
    await host.start(['python3', '-c', fromMemory, '/opt/standins/randomx-hasher', 'light', '1'], ready),
  ];
}

async function asPythonOfItsOwn(host: LabHost): Promise<readonly Running[]> {
  mkdirSync(join(host.root, drop), { recursive: true });
  copyFileSync(join(host.root, 'usr/bin/python3.11'), join(host.root, hasher));
  chmodSync(join(host.root, hasher), 0o755);
  return [await host.start([hasher, '-c', python], ready)];
}

export const forms: readonly Form[] = [
  { name: 'light mode', apart: true, within: mining, start: (host) => plain(host, 'light', '1') },
  { name: 'fast mode, two threads', apart: true, within: mining, start: (host) => plain(host, 'fast', '2') },
  {
    name: 'executes itself anew every three seconds',
    within: mining,
    start: (host) => restless(host, 'again', '3000'),
  },
  {
    name: 'children of three seconds, one after another',
    apart: true,
    within: mining,
    start: (host) => restless(host, 'children', '3000'),
  },
  {
    name: 'children of 0.3 seconds, one after another',
    within: mining,
    start: (host) => restless(host, 'children', '300'),
  },
  { name: 'quota of 20 %', apart: true, within: mining, start: (host) => limited(host, 20) },
  { name: 'quota of 10 %', within: mining, start: (host) => limited(host, 10) },
  {
    name: 'pid, mount and network namespaces of its own',
    within: mining,
    start: (host) =>
      behind(host, ['unshare', '--pid', '--mount', '--net', '--fork', '--kill-child', '--mount-proc']),
  },
  {
    name: 'Python of the distribution through ctypes',
    within: mining,
    start: async (host) => [await host.start(['python3', '-c', python], ready)],
  },
  { name: 'a copy of Python through ctypes', apart: true, within: mining, start: asPythonOfItsOwn },
  {
    name: 'argv of a kernel thread',
    apart: true,
    within: mining,
    start: async (host) => [
      await startStandIn(host, 'randomx-hasher', ['light', '1'], { as: hasher, argv0: '[kworker/0:1]' }),
    ],
  },
  // Only one may trace a thread, and registers are read by tracing: memory tells, and the gap is named.
  { name: 'traced by another process', within: ['mining', 'suspicious'], start: traced },
  { name: 'eight processes of one thread', apart: true, within: mining, start: (host) => several(host, 8) },
  { name: 'an executable in memory only', within: mining, start: memory },
  {
    name: 'SCHED_IDLE and nice 19',
    within: mining,
    start: (host) => behind(host, ['chrt', '--idle', '0', 'nice', '-n', '19'], ['light', '2']),
  },
];
